/** Golden vectors: conversations that were recorded with a real router. */
@NullMarked
package to.clasp.testkit.vectors;

import org.jspecify.annotations.NullMarked;

/** The golden vectors, for tests. */
@NullMarked
package to.clasp.core.vectors;

import org.jspecify.annotations.NullMarked;

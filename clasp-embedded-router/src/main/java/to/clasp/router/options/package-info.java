/** Options of the embedded router. */
@NullMarked
package to.clasp.router.options;

import org.jspecify.annotations.NullMarked;

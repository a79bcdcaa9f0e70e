/** The values that CLASP carries. */
@NullMarked
package to.clasp.core.value;

import org.jspecify.annotations.NullMarked;

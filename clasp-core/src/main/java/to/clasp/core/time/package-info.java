/** The estimate of the router's clock. */
@NullMarked
package to.clasp.core.time;

import org.jspecify.annotations.NullMarked;

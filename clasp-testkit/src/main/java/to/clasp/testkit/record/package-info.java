/** Recorders of what transports tell, with waits for conditions. */
@NullMarked
package to.clasp.testkit.record;

import org.jspecify.annotations.NullMarked;

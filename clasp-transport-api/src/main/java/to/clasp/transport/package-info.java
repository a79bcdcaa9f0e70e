/** Transports: what carries frames, and what it tells of them. */
@NullMarked
package to.clasp.transport;

import org.jspecify.annotations.NullMarked;

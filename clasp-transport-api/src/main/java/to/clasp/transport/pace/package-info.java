/** Pacing below a router's rate limit. */
@NullMarked
package to.clasp.transport.pace;

import org.jspecify.annotations.NullMarked;

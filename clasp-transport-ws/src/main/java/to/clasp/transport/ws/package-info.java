/** The WebSocket transport. */
@NullMarked
package to.clasp.transport.ws;

import org.jspecify.annotations.NullMarked;

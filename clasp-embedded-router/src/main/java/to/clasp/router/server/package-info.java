/** The WebSocket server in front of the engine. */
@NullMarked
package to.clasp.router.server;

import org.jspecify.annotations.NullMarked;

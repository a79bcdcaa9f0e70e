/** The WebRTC transport to a peer. */
@NullMarked
package to.clasp.transport.webrtc;

import org.jspecify.annotations.NullMarked;

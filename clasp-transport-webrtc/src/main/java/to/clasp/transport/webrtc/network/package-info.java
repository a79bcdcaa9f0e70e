/**
 * Which network interfaces and ports a link uses, and the candidates that come of it. Not exported.
 */
@NullMarked
package to.clasp.transport.webrtc.network;

import org.jspecify.annotations.NullMarked;

/**
 * The native WebRTC library: loading it, the thread that calls it, and the factory that all links
 * share. Not exported.
 */
@NullMarked
package to.clasp.transport.webrtc.natives;

import org.jspecify.annotations.NullMarked;

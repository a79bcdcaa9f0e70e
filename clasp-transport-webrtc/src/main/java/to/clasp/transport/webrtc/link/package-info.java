/** The native side of one link: connection, channels, descriptions, candidates. */
@NullMarked
package to.clasp.transport.webrtc.link;

import org.jspecify.annotations.NullMarked;

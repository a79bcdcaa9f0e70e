package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.RTCDataChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives native objects up. */
public final class NativeReferences {

  private static final Logger LOG = LoggerFactory.getLogger(NativeReferences.class);

  private NativeReferences() {}

  /**
   * Gives our reference to a channel up, or to what it has been made around. libwebrtc may have
   * references of its own, such as that of a channel that is being closed or of a pending request
   * for statistics, and frees the object when it drops them. webrtc-java throws an {@link Error}
   * then, though all has been done.
   *
   * @param channel one that is not used any more
   */
  public static void giveUp(RTCDataChannel channel) {
    try {
      channel.dispose();
    } catch (Error e) {
      if (e.getClass() != Error.class) {
        throw e;
      }
      LOG.debug("a native object is freed later", e);
    }
  }
}

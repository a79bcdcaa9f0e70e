package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.internal.DisposableNativeObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives native objects up. */
public final class NativeReferences {

  private static final Logger LOG = LoggerFactory.getLogger(NativeReferences.class);

  private NativeReferences() {}

  /**
   * Gives our reference to an object up. libwebrtc may have references of its own, such as that of
   * a channel that is being closed or of a pending request for statistics, and frees the object
   * when it drops them. webrtc-java throws an {@link Error} then, though all has been done.
   *
   * @param object one that is not used any more
   */
  public static void giveUp(DisposableNativeObject object) {
    try {
      object.dispose();
    } catch (Error e) {
      if (e.getClass() != Error.class) {
        throw e;
      }
      LOG.debug("{} is freed later", object.getClass().getSimpleName(), e);
    }
  }
}

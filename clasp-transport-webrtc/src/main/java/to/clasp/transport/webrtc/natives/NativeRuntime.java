package to.clasp.transport.webrtc.natives;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.spi.Availability;

/**
 * The native WebRTC library of this JVM. It is loaded once, at the first question; the verdict is
 * remembered. While it is not available, no class of webrtc-java may be touched.
 */
public final class NativeRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(NativeRuntime.class);

  private NativeRuntime() {}

  /**
   * Loads the library, if that has not been tried yet. Takes some hundred milliseconds the first
   * time; safe for use by several threads; never throws.
   *
   * @return whether the library is there, or why not and what to do
   */
  public static Availability availability() {
    return Verdict.VALUE;
  }

  /** Loads when first touched. */
  private static final class Verdict {
    static final Availability VALUE = load(new NativeLibrary(new Host.Real()));

    static {
      if (VALUE.isAvailable()) {
        NativeLog.bridge(System.getProperty(NativeLog.PROPERTY));
      }
    }
  }

  // Errors of linking, access and memory included: the verdict is the place for them.
  @SuppressWarnings("CatchThrowable")
  static Availability load(NativeLibrary library) {
    try {
      library.load();
      return Availability.AVAILABLE;
    } catch (NativeUnavailableException e) {
      LOG.debug("No WebRTC", e);
      return Availability.unavailable(String.valueOf(e.getMessage()));
    } catch (Throwable e) {
      LOG.warn("Loading the native library of WebRTC failed", e);
      return Availability.unavailable("the native library of WebRTC cannot be loaded: " + e);
    }
  }
}

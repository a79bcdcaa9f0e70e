package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCPeerConnection;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections and frees their native object, which webrtc-java 0.14.0 forgets: it closes the
 * connection and drops the pointer. That costs some 50 KB for each connection, and, because the
 * object keeps the media engine of its factory alive, two threads and 0.3 MB for each factory.
 *
 * <p>All objects of libwebrtc that are counted by reference begin with the same two virtual
 * functions, the second of which gives a reference up. webrtc-java calls it for data channels
 * ({@link RTCDataChannel#dispose}). So the pointer is read before closing, and given up afterwards
 * by way of a data channel object made around it. Only done with the version for which this is
 * known to be right, for one that frees the object itself would crash; and only where its private
 * fields can be reached (on the class path, or with {@code --add-opens
 * webrtc.java/dev.onvoid.webrtc.internal=to.clasp.transport.webrtc} and the same for {@code
 * dev.onvoid.webrtc}).
 */
final class ConnectionRelease {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionRelease.class);

  private final Field handle;
  private final Constructor<RTCDataChannel> wrapper;

  private ConnectionRelease(Field handle, Constructor<RTCDataChannel> wrapper) {
    this.handle = handle;
    this.wrapper = wrapper;
  }

  /** Tells how to free connections, if that is needed and can be done. */
  static Optional<ConnectionRelease> find() {
    WebRtcVersion version = WebRtcVersion.current();
    if (!version.forgetsConnections()) {
      LOG.debug("webrtc-java {} is taken to free its connections", version);
      return Optional.empty();
    }
    try {
      Field handle =
          Class.forName("dev.onvoid.webrtc.internal.NativeObject").getDeclaredField("nativeHandle");
      Constructor<RTCDataChannel> wrapper = RTCDataChannel.class.getDeclaredConstructor();
      handle.setAccessible(true);
      wrapper.setAccessible(true);
      return Optional.of(new ConnectionRelease(handle, wrapper));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("webrtc-java {} leaks its connections", version, e);
      return Optional.empty();
    }
  }

  /**
   * Closes a connection and frees it. What may still use it must be gone: no call may be under way.
   *
   * @param connection an open connection
   */
  void close(RTCPeerConnection connection) {
    try {
      long pointer = handle.getLong(connection);
      RTCDataChannel holder = wrapper.newInstance();
      connection.close();
      if (pointer != 0) {
        handle.setLong(holder, pointer);
        NativeReferences.giveUp(holder);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("webrtc-java is not what it was when it was examined", e);
    }
  }
}

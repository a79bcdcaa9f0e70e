package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * One native factory with the count of those who use it. Confined to the rtc thread but for the
 * count of received messages.
 */
final class FactoryGeneration {

  private enum State {
    /** In use, and open to new leases. */
    ACTIVE,
    /** Disposed, or never to be touched again. */
    ENDED
  }

  private final RtcThread rtc;
  private final NativeFactory factory;
  private final LongAdder received = new LongAdder();
  private State state = State.ACTIVE;
  private int leases;

  /** A native call on a connection of this factory hangs, so disposing would hang or crash. */
  private boolean stuck;

  FactoryGeneration(RtcThread rtc, NativeFactory factory) {
    this.rtc = rtc;
    this.factory = factory;
  }

  /** Tells whether new leases may be taken. */
  boolean isUsable() {
    return state == State.ACTIVE && !stuck;
  }

  void retain() {
    leases++;
  }

  void release() {
    leases--;
    if (leases == 0) {
      state = State.ENDED;
      if (!stuck) {
        rtc.end("the peer connection factory", factory::dispose);
      }
    }
  }

  RTCPeerConnection connect(RTCConfiguration configuration, PeerConnectionObserver observer) {
    if (state == State.ENDED) {
      throw new IllegalStateException("the peer connection factory is disposed");
    }
    return Objects.requireNonNull(
        factory.connect(configuration, observer), "no peer connection was made");
  }

  void close(RTCPeerConnection connection) {
    if (!rtc.end("a peer connection", () -> factory.close(connection))) {
      stuck = true;
    }
  }

  void countReceived() {
    received.increment();
  }

  long received() {
    return received.sum();
  }
}

package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One native factory with those who use it. Where received messages leak, it counts them, and tells
 * each lease when its bound is reached, and again at twice the bound. Confined to the rtc thread
 * but for the count.
 */
final class FactoryGeneration {

  private enum State {
    /** In use, and open to new leases. */
    ACTIVE,
    /** In use by the leases that it has; a fresh generation takes new ones. */
    RETIRED,
    /** Disposed, or never to be touched again. */
    ENDED
  }

  private static final long NEVER = Long.MAX_VALUE;

  private final RtcThread rtc;
  private final NativeFactory factory;
  private final boolean leaking;
  private final List<FactoryLease> leases = new ArrayList<>();
  private final AtomicLong received = new AtomicLong();

  /** At which count somebody is to be told; taken by the thread that reaches it. */
  private final AtomicLong nextNotice = new AtomicLong(NEVER);

  private State state = State.ACTIVE;

  /** A native call on a connection of this factory hangs, so disposing would hang or crash. */
  private boolean stuck;

  FactoryGeneration(RtcThread rtc, NativeFactory factory) {
    this.rtc = rtc;
    this.factory = factory;
    this.leaking = factory.leaksReceivedMessages();
  }

  /** Tells whether a new lease with this bound may be taken. */
  boolean isUsable(int maxMessages) {
    return state == State.ACTIVE
        && !stuck
        && (!leaking || maxMessages == 0 || received.get() < maxMessages);
  }

  /** Takes no new leases, for a fresh generation does. */
  void retire() {
    if (state == State.ACTIVE) {
      state = State.RETIRED;
    }
  }

  void retain(FactoryLease lease) {
    leases.add(lease);
    tellWhoIsDue();
  }

  void release(FactoryLease lease) {
    leases.remove(lease);
    if (leases.isEmpty()) {
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

  /** To be called on any thread. */
  void countReceived() {
    long count = received.incrementAndGet();
    long notice = nextNotice.get();
    if (count >= notice && nextNotice.compareAndSet(notice, NEVER)) {
      rtc.execute(this::tellWhoIsDue);
    }
  }

  private void tellWhoIsDue() {
    if (!leaking) {
      return;
    }
    long next = NEVER;
    for (FactoryLease lease : List.copyOf(leases)) {
      lease.received(received.get());
      next = Math.min(next, lease.nextNotice());
    }
    nextNotice.set(next);
    if (received.get() >= next && nextNotice.compareAndSet(next, NEVER)) {
      // Reached before it was set.
      rtc.execute(this::tellWhoIsDue);
    }
  }

  long received() {
    return received.get();
  }
}

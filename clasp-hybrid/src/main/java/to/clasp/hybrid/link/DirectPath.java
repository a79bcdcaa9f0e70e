package to.clasp.hybrid.link;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerLinkOptions;

/** The reliable data channel of a link, and how far it is trusted. Guarded by the link's lock. */
final class DirectPath {

  private static final Logger LOG = LoggerFactory.getLogger(DirectPath.class);
  private static final Duration LATEST_SILENCE = Duration.ofSeconds(5);

  private final PeerChannel channel;
  private final PathMonitor monitor;
  private DirectState state = DirectState.OPEN;
  private boolean disconnected;
  private boolean refused;
  private boolean gone;

  /** The life of the peer that spoke on it last; zero when none has. */
  private long spokenBy;

  private int received;

  /** Messages that no acknowledgement has answered. */
  private int unanswered;

  // What the peer was told last.
  private int toldReceipt;
  private long toldExpected;

  /** Sends an acknowledgement when no frame has carried it; null when none is due. */
  EventLoop.@Nullable Timer acknowledging;

  /** When it opened, began to prove itself, was trusted, or became suspect. */
  private long since;

  private long stableAt;

  DirectPath(PeerChannel channel, PeerLinkOptions options, long now) {
    this.channel = channel;
    Duration floor = options.silenceTimeout();
    this.monitor =
        new PathMonitor(floor, floor.compareTo(LATEST_SILENCE) > 0 ? floor : LATEST_SILENCE, now);
    this.since = now;
  }

  PeerChannel channel() {
    return channel;
  }

  PathMonitor monitor() {
    return monitor;
  }

  DirectState state() {
    return state;
  }

  long since() {
    return since;
  }

  /** How many messages that ask for a receipt have come. */
  int received() {
    return received;
  }

  void received(LinkMessage message) {
    spokenBy = message.header().from();
    if (message.asksForReceipt()) {
      received++;
      unanswered++;
    }
  }

  long spokenBy() {
    return spokenBy;
  }

  int unanswered() {
    return unanswered;
  }

  /** Whether the peer has been told what has been received, and what is expected. */
  boolean hasTold(long expected) {
    return toldReceipt == received && toldExpected == expected;
  }

  boolean isDisconnected() {
    return disconnected;
  }

  void disconnected(boolean now) {
    disconnected = now;
  }

  /**
   * Whether the channel did not take the last message though the peer has all before it: it has
   * failed. Otherwise it may be full, and either receipts come or silence tells.
   */
  boolean hasFailed() {
    return refused && !monitor.isWaiting();
  }

  /** The link has nothing to do with it any more. */
  void leave() {
    gone = true;
    if (acknowledging != null) {
      acknowledging.cancel();
      acknowledging = null;
    }
  }

  boolean isGone() {
    return gone;
  }

  boolean isStable(long now) {
    return now - stableAt >= 0 && monitor.hasHealed();
  }

  void prove(long now, Duration hold) {
    state = state.to(DirectState.PROVING);
    monitor.heals();
    since = now;
    stableAt = now + hold.toNanos();
  }

  void activate(long now) {
    state = state.to(DirectState.ACTIVE);
    monitor.carries();
    since = now;
  }

  void suspect(long now) {
    state = state.to(DirectState.SUSPECT);
    monitor.doubt();
    since = now;
  }

  boolean send(LinkMessage message, long now) {
    refused = !handOver(LinkCodec.encode(message));
    if (refused) {
      return false;
    }
    if (message.asksForReceipt()) {
      monitor.sent(now);
    }
    unanswered = 0;
    toldReceipt = message.header().receipt();
    toldExpected = message.header().ack();
    return true;
  }

  private boolean handOver(byte[] message) {
    try {
      return channel.send(message);
    } catch (RuntimeException e) {
      // Whatever it was, the frames are kept.
      LOG.warn("channel {} threw instead of refusing a message", channel.label(), e);
      return false;
    }
  }

  @Override
  public String toString() {
    return state + (disconnected ? " disconnected" : "") + (monitor.isWaiting() ? " waiting" : "");
  }
}

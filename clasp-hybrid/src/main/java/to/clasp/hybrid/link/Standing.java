package to.clasp.hybrid.link;

import org.jspecify.annotations.Nullable;
import to.clasp.hybrid.link.LinkMessage.Header;

/**
 * How the two sides stand: the state of the link, and which lives of them know each other. Guarded
 * by the link's lock.
 */
final class Standing {

  private static final int RANDOM_BITS = 20;

  private final ReceiveWindow receive;
  private LinkState state = LinkState.PLAIN;

  /** Of this side. A later life has a greater one; should the clock go back, the peer tells. */
  private long epoch;

  /** Of the peer; zero when not known. */
  private long peerEpoch;

  /** The life of the peer that has said goodbye; zero when none has. */
  private long endedEpoch;

  private boolean peerKnowsUs;
  private long lastHeard;

  Standing(LinkContext context, ReceiveWindow receive) {
    this.receive = receive;
    long millis = context.loop().now().toEpochMilli();
    this.epoch = Math.max(millis, 1) << RANDOM_BITS | context.random().nextInt(1 << RANDOM_BITS);
    this.lastHeard = context.now();
  }

  LinkState state() {
    return state;
  }

  boolean is(LinkState one) {
    return state == one;
  }

  /** The only place where the state changes. */
  void move(LinkState next) {
    state = state.to(next);
  }

  long epoch() {
    return epoch;
  }

  /** The peer knows a later life of ours, so the clock went back: this one comes after it. */
  void outlive(long later) {
    epoch = later + 1;
  }

  long peerEpoch() {
    return peerEpoch;
  }

  /** Of two sides that would ask at the same time whether the other is there, one does so first. */
  boolean asksFirst() {
    return epoch > peerEpoch;
  }

  void peerEpoch(long other) {
    peerEpoch = other;
    peerKnowsUs = false;
  }

  /** The life of the peer that is known has said goodbye. */
  void peerHasEnded() {
    endedEpoch = peerEpoch;
    peerKnowsUs = false;
  }

  boolean hasEnded(long other) {
    return other == endedEpoch;
  }

  boolean peerKnowsUs() {
    return peerKnowsUs;
  }

  /**
   * Whether the peer knows this life of ours, and from which number on frames come: it expects one
   * that we still have.
   */
  void peerKnowsUs(boolean now) {
    peerKnowsUs = now;
  }

  /** Whether a message is of the life of the peer that is known, and meant for this one of ours. */
  boolean isCurrent(Header header) {
    return header.from() == peerEpoch && header.to() == epoch;
  }

  /** When a message of the peer that made sense came last. */
  long lastHeard() {
    return lastHeard;
  }

  void heard(long now) {
    lastHeard = now;
  }

  /** What a message begins with that takes a channel, or goes through the router. */
  Header header(@Nullable DirectPath path) {
    return new Header(epoch, peerEpoch, receive.expected(), path == null ? 0 : path.received());
  }
}

package to.clasp.transport.peer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;

/** Something that happened to the relation with a peer. */
public sealed interface PeerEvent {

  /**
   * Returns the peer.
   *
   * @return its id
   */
  String peerId();

  /**
   * Returns when it happened.
   *
   * @return the time
   */
  Instant at();

  /**
   * A link is being made.
   *
   * @param peerId the peer
   * @param at when
   * @param role who offers
   * @param attempt number of the attempt, counted from 1 since the last success
   */
  record Connecting(String peerId, Instant at, PeerRole role, int attempt) implements PeerEvent {}

  /**
   * A link is up.
   *
   * @param peerId the peer
   * @param at when
   * @param candidatePair how packets travel, or null when not known yet
   */
  record Connected(String peerId, Instant at, @Nullable CandidatePair candidatePair)
      implements PeerEvent {}

  /**
   * Frames to the peer take another path from now on.
   *
   * @param peerId the peer
   * @param at when
   * @param from the path so far, or null when there was none
   * @param to the path from now on, or null when there is none
   * @param cause why the path so far has ended, or null when the new one came up
   */
  record PathChanged(
      String peerId,
      Instant at,
      @Nullable Path from,
      @Nullable Path to,
      @Nullable CloseReason cause)
      implements PeerEvent {}

  /**
   * An attempt failed, or a link broke.
   *
   * @param peerId the peer
   * @param at when
   * @param reason why
   */
  record Failed(String peerId, Instant at, CloseReason reason) implements PeerEvent {}

  /**
   * A link was closed on purpose, by either side.
   *
   * @param peerId the peer
   * @param at when
   * @param reason why
   */
  record Closed(String peerId, Instant at, CloseReason reason) implements PeerEvent {}
}

package to.clasp.transport.peer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.identity.IdentityProblem;
import to.clasp.transport.identity.PeerKey;

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
   * A peer has announced itself on the router: it can be linked with.
   *
   * @param peerId the peer
   * @param at when
   */
  record Announced(String peerId, Instant at) implements PeerEvent {}

  /**
   * A peer that had announced itself is not on the router any more. A link to it may still be up.
   *
   * @param peerId the peer
   * @param at when
   * @param reason how that is known
   */
  record Left(String peerId, Instant at, CloseReason reason) implements PeerEvent {}

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
   * The state of the relation has changed. Told before the event that says more of it.
   *
   * @param peerId the peer
   * @param at when
   * @param from the state so far
   * @param to the state from now on
   * @param cause why, or null when things go well; its code is from a closed set
   */
  record StateChanged(
      String peerId, Instant at, PeerState from, PeerState to, @Nullable CloseReason cause)
      implements PeerEvent {}

  /**
   * A step in the making of a link is done, behind {@link Connecting}. A renewal is made quietly.
   *
   * @param peerId the peer
   * @param at when
   * @param correlationId id of the attempt
   * @param role who offers
   * @param step what is done
   */
  record StepReached(String peerId, Instant at, String correlationId, PeerRole role, LinkStep step)
      implements PeerEvent {}

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
   * A new link has taken the place of one that was due to be replaced. The state of the relation
   * and the path of frames have not changed.
   *
   * @param peerId the peer
   * @param at when
   * @param candidatePair how packets travel on the new link, or null when not known yet
   */
  record Renewed(String peerId, Instant at, @Nullable CandidatePair candidatePair)
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
   * How packets travel on the link is known, or has changed: directly or through a TURN server, and
   * between which addresses. Follows {@link Connected}.
   *
   * @param peerId the peer
   * @param at when
   * @param candidatePair the candidates in use
   */
  record CandidatePairChanged(String peerId, Instant at, CandidatePair candidatePair)
      implements PeerEvent {}

  /**
   * A STUN or TURN server did not serve; the attempt goes on without it.
   *
   * @param peerId the peer
   * @param at when
   * @param error which server, and why
   */
  record IceServerFailed(String peerId, Instant at, IceServerError error) implements PeerEvent {}

  /**
   * A peer has proven who it is: the link that is being made is to nobody else.
   *
   * @param peerId the peer
   * @param at when
   * @param key its key
   * @param firstUse whether the key was not known before, and is remembered now
   */
  record IdentityProven(String peerId, Instant at, PeerKey key, boolean firstUse)
      implements PeerEvent {}

  /**
   * What claims to be a peer is refused: somebody may sit in the middle, or the peer has a new key.
   * In the latter case {@link to.clasp.transport.identity.KnownPeers#forget} lets it in again.
   *
   * @param peerId the peer
   * @param at when
   * @param problem why
   * @param key the key that it has shown, or null when it has shown none
   */
  record IdentityRefused(String peerId, Instant at, IdentityProblem problem, @Nullable PeerKey key)
      implements PeerEvent {}

  /**
   * A link was closed on purpose, by either side.
   *
   * @param peerId the peer
   * @param at when
   * @param reason why
   */
  record Closed(String peerId, Instant at, CloseReason reason) implements PeerEvent {}

  /**
   * A peer of ours has been started anew under the same id: its state, and frames that it had not
   * acknowledged, may be gone.
   *
   * @param peerId the peer
   * @param at when
   */
  record Restarted(String peerId, Instant at) implements PeerEvent {}

  /**
   * A further channel is open.
   *
   * @param peerId the peer
   * @param at when
   * @param channel the channel
   */
  record ChannelOpened(String peerId, Instant at, ChannelSnapshot channel) implements PeerEvent {}

  /**
   * A further channel has closed. One of ours that closed with its link is made again with the next
   * one.
   *
   * @param peerId the peer
   * @param at when
   * @param label the channel's label
   */
  record ChannelClosed(String peerId, Instant at, String label) implements PeerEvent {}

  /**
   * Frames that were accepted were not acknowledged by the peer and will not be sent again: each
   * may or may not have arrived.
   *
   * @param peerId the peer
   * @param at when
   * @param frames how many, the newest ones that were sent
   * @param reason why
   */
  record Undelivered(String peerId, Instant at, long frames, CloseReason reason)
      implements PeerEvent {}

  /**
   * Frames of the peer will never come, because it gave them up.
   *
   * @param peerId the peer
   * @param at when
   * @param first number of the first one, counted by the peer from 0
   * @param frames how many in a row
   */
  record Missing(String peerId, Instant at, long first, long frames) implements PeerEvent {}
}

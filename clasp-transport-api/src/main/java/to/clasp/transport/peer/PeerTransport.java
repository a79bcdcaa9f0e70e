package to.clasp.transport.peer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.identity.LinkSecurity;

/**
 * A transport to one remote peer. One object is one attempt, and, if that succeeds, one link: it
 * connects once, never by itself again, and {@link #reconnect} closes it.
 *
 * <p>{@link #send} carries one plain CLASP frame in one data channel message, on the channel that
 * {@link Reliability#of} names. An attempt is open when the reliable channel is; the unreliable one
 * is used when it is open too.
 *
 * <p>It emits signals to its observer and consumes those of the other side through {@link #signal};
 * it knows nothing of how they travel.
 */
public interface PeerTransport extends Transport {

  /**
   * Returns the peer at the other end.
   *
   * @return its id
   */
  String peerId();

  /**
   * Returns the id of the attempt.
   *
   * @return an opaque text
   */
  String correlationId();

  /**
   * Takes a signal of the other side. One that does not fit (another attempt's, an answer to
   * nothing, garbage) is counted and dropped, or ends the attempt with a reason; it never throws.
   * Candidates that come early are queued, up to {@link RtcConfig#maxRemoteCandidates()}.
   *
   * @param signal what the peer said
   */
  void signal(Signal signal);

  /**
   * Returns the message channels, in the order in which they opened.
   *
   * @return the open channels
   */
  List<PeerChannel> channels();

  /**
   * Returns how the packets travel.
   *
   * @return the pair of candidates in use, if the link is open and the pair is known
   */
  Optional<CandidatePair> candidatePair();

  /**
   * Returns the round trip on the link, as the transport itself measures it now and then.
   *
   * @return the newest measurement, if there is one
   */
  default Optional<Duration> roundTrip() {
    return Optional.empty();
  }

  /**
   * Returns what protects the link.
   *
   * @return fingerprints and keys, once both descriptions are known
   */
  default Optional<LinkSecurity> security() {
    return Optional.empty();
  }

  /**
   * Looks for another way for the packets of an open link, which do not get through any more: an
   * ICE restart (RFC 8445, section 2.4). It emits an offer with the id of the attempt, which the
   * other side's transport takes and answers while its link stays open, and channels go on with
   * what they hold. Only the side that has offered the link may do so, and only if the other side
   * expects it.
   *
   * <p>Does nothing when the link is not open, or when an earlier restart has not been answered and
   * still may be.
   *
   * @return false if this transport cannot do so at all
   */
  default boolean restartIce() {
    return false;
  }

  /**
   * Ends the attempt or link at once, for a reason of the owner's: what waits is not sent, and the
   * other side is told the reason ({@link Signal.Disconnected#of}). {@link
   * TransportListener#onClosed} follows, with the reason where the transport can tell it.
   *
   * @param reason why
   */
  default void abandon(CloseReason reason) {
    reconnect(reason.message());
    close();
  }

  /**
   * Makes a further channel on the open link. {@link PeerTransportObserver#onChannel} follows when
   * it is open, and {@link PeerTransportObserver#onChannelClosed} when it has closed or could not
   * be made. It is not among {@link #channels()}, and its end does not end the link.
   *
   * @param label the label
   * @param options what it promises
   * @return false if this transport has no further channels
   */
  default boolean createChannel(String label, ChannelOptions options) {
    return false;
  }

  /**
   * Closes a further channel.
   *
   * @param channel one that {@link PeerTransportObserver#onChannel} has told of; others are ignored
   */
  default void closeChannel(PeerChannel channel) {}
}

package to.clasp.transport.webrtc.link;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.IceServerError;

/** What happens on the native side of a link. Called on the event loop, unless said otherwise. */
public interface LinkEvents {

  /**
   * Our description is complete and may be sent.
   *
   * @param sdp offer or answer
   */
  void onLocalDescription(String sdp);

  /**
   * A candidate was gathered after the description.
   *
   * @param json the candidate
   */
  void onLocalCandidate(String json);

  /**
   * A channel is open.
   *
   * @param channel the channel
   */
  void onChannelOpen(DataChannel channel);

  /**
   * A message has arrived, or several: {@link DataChannel#poll} brings them.
   *
   * @param channel where
   */
  void onMessages(DataChannel channel);

  /**
   * There is room again in a channel that was full.
   *
   * @param channel which
   */
  void onRoom(DataChannel channel);

  /**
   * What waited in a channel has been handed to libwebrtc. Called on the rtc thread.
   *
   * @param channel which
   */
  void onDrained(DataChannel channel);

  /**
   * The connectivity has changed.
   *
   * @param connectivity what ICE says now
   */
  void onConnectivity(Connectivity connectivity);

  /** Packets get through and are encrypted, for the first time. */
  void onSecured();

  /**
   * A STUN or TURN server did not serve.
   *
   * @param error which, and why
   */
  void onIceServerError(IceServerError error);

  /**
   * The path was looked at.
   *
   * @param pair the candidates in use
   * @param roundTrip the newest measurement, or null
   */
  void onPath(CandidatePair pair, @Nullable Duration roundTrip);

  /**
   * The link, or the attempt, cannot go on.
   *
   * @param reason why
   */
  void onFailure(CloseReason reason);

  /**
   * The link should be replaced by one that uses a fresh native factory.
   *
   * @param overdue false at first, true when that has become pressing
   */
  void onRenewalDue(boolean overdue);

  /**
   * A further channel is open.
   *
   * @param channel the channel
   * @param byPeer whether the peer has made it
   */
  void onFurtherChannel(DataChannel channel, boolean byPeer);

  /**
   * A further channel has closed, or could not be made.
   *
   * @param label its label
   * @param channel the channel, or null when it was never made
   */
  void onFurtherChannelClosed(String label, @Nullable DataChannel channel);

  /** Something of the other side made no sense and was dropped. */
  void onDropped();
}

package to.clasp.transport.peer;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;

/**
 * What two peers tell each other, through whatever carries signals, to set up and end a direct link
 * (CLASP P2P signalling, "Payload maps"). Who sent it and to whom is known to the carrier.
 */
public sealed interface Signal {

  /**
   * Returns the id of the attempt, made by the offerer and copied by the answerer into everything.
   *
   * @return an opaque text
   */
  String correlationId();

  private static String withoutPassword(String sdp) {
    return sdp.replaceAll("a=ice-pwd:\\S+", "a=ice-pwd:***");
  }

  /**
   * An offer.
   *
   * @param correlationId id of the attempt
   * @param sdp the session description, with the candidates gathered so far
   * @param extensions further keys of the payload that both sides may know; others ignore them
   */
  record Offer(String correlationId, String sdp, Map<String, String> extensions) implements Signal {
    /** Copies the extensions. */
    public Offer {
      extensions = Map.copyOf(extensions);
    }

    @Override
    public String toString() {
      return "Offer[" + correlationId + ", " + withoutPassword(sdp) + ", " + extensions + "]";
    }
  }

  /**
   * An answer.
   *
   * @param correlationId id of the attempt
   * @param sdp the session description, with the candidates gathered so far
   * @param extensions further keys of the payload that both sides may know; others ignore them
   */
  record Answer(String correlationId, String sdp, Map<String, String> extensions)
      implements Signal {
    /** Copies the extensions. */
    public Answer {
      extensions = Map.copyOf(extensions);
    }

    @Override
    public String toString() {
      return "Answer[" + correlationId + ", " + withoutPassword(sdp) + ", " + extensions + "]";
    }
  }

  /**
   * A candidate that was gathered after the description had been sent.
   *
   * @param correlationId id of the attempt
   * @param json the candidate as JSON text, with the keys of {@code RTCIceCandidateInit}
   */
  record Candidate(String correlationId, String json) implements Signal {}

  /**
   * The sender's reliable channel is open.
   *
   * @param correlationId id of the attempt
   */
  record Connected(String correlationId) implements Signal {}

  /**
   * The sender has ended the link or the attempt.
   *
   * @param correlationId id of the attempt
   * @param reason text for people, or null
   */
  record Disconnected(String correlationId, @Nullable String reason) implements Signal {

    /** How the reason begins when the attempt has been rejected. */
    private static final String REJECTED = "rejected: ";

    /** How the reason begins when the link has broken. */
    private static final String BROKEN = "broken: ";

    /** Ends that nobody wanted: the link did not carry any more. */
    private static final Set<Code> BREAKS =
        Set.of(
            Code.SILENT,
            Code.ICE_FAILED,
            Code.CHANNEL_CLOSED,
            Code.CONNECTION_LOST,
            Code.INBOUND_OVERFLOW);

    /**
     * Says why an attempt or link has ended. That a link has broken, and was not put away, is told
     * by how the text begins, for CLASP's signal has no field for it; other implementations show
     * the text.
     *
     * @param correlationId id of the attempt
     * @param reason why the sender has ended it
     * @return the signal
     */
    public static Disconnected of(String correlationId, CloseReason reason) {
      return new Disconnected(
          correlationId, isBreak(reason) ? BROKEN + reason.message() : reason.message());
    }

    /**
     * Tells whether a reason is one that nobody wanted, such as silence, so that the link may be
     * tried again by either side.
     *
     * @param reason why a link has ended
     * @return true if it has broken, and was not closed on purpose
     */
    public static boolean isBreak(CloseReason reason) {
      return BREAKS.contains(reason.code());
    }

    /**
     * Says the same to the one who receives it.
     *
     * @param peerId who has sent it
     * @return {@link Code#CONNECTION_LOST} for a link that has broken, otherwise {@link
     *     Code#REMOTE_CLOSE}
     */
    public CloseReason reasonOf(String peerId) {
      String text = reason == null ? "" : ": " + reason;
      return reason != null && reason.startsWith(BROKEN)
          ? CloseReason.of(Code.CONNECTION_LOST, peerId + " has given the link up" + text)
          : CloseReason.of(Code.REMOTE_CLOSE, peerId + " ended the link" + text);
    }

    /**
     * Says that an attempt has been rejected. CLASP has no signal for that; other implementations
     * show the text.
     *
     * @param correlationId id of the attempt
     * @param why text for people
     * @return the signal
     */
    public static Disconnected rejected(String correlationId, String why) {
      return new Disconnected(correlationId, REJECTED + why);
    }

    /**
     * Tells whether the attempt has been rejected, rather than ended.
     *
     * @return true if so
     */
    public boolean isRejection() {
      return reason != null && reason.startsWith(REJECTED);
    }
  }
}

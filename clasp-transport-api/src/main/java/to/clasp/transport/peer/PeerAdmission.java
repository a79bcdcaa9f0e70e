package to.clasp.transport.peer;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Decides which peers may link with this side. Safe for use by any thread. */
@FunctionalInterface
public interface PeerAdmission {

  /**
   * A peer that wants to link with this side. Who it is, only the router says.
   *
   * @param peerId the peer
   * @param sessionId its session on the router, or null when unknown
   * @param extensions further keys of its offer
   * @param at when it offered
   */
  record Candidate(
      String peerId, @Nullable String sessionId, Map<String, String> extensions, Instant at) {
    /** Copies the extensions. */
    public Candidate {
      extensions = Map.copyOf(extensions);
    }
  }

  /**
   * A decision. Made by {@link #accept()} or {@link #reject}.
   *
   * @param accepted whether the peer may link
   * @param reason why not, which the peer is told; empty if accepted
   */
  record Decision(boolean accepted, String reason) {

    private static final int MAX_REASON = 200;

    private static final Decision ACCEPTED = new Decision(true, "");

    /** Checks that there is a reason, of at most 200 characters. */
    public Decision {
      Objects.requireNonNull(reason, "reason");
      if (reason.length() > MAX_REASON) {
        throw new IllegalArgumentException(
            "reason has " + reason.length() + " characters, and at most " + MAX_REASON + " fit");
      }
    }

    /**
     * Lets the peer link.
     *
     * @return the decision
     */
    public static Decision accept() {
      return ACCEPTED;
    }

    /**
     * Turns the peer away.
     *
     * @param reason why, for people; the peer is told; at most 200 characters
     * @return the decision
     */
    public static Decision reject(String reason) {
      return new Decision(false, reason);
    }
  }

  /**
   * Decides about a peer that offers a link. Called on the event loop, before anything of this side
   * has left for the peer; must not block. A decision that takes longer than {@link
   * P2POptions#admissionTimeout()}, or fails, rejects.
   *
   * @param candidate who
   * @return completes with the decision
   */
  CompletionStage<Decision> decide(Candidate candidate);
}

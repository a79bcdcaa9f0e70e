package to.clasp.hybrid.identity;

import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.identity.IdentityProblem;
import to.clasp.transport.identity.PeerKey;

/**
 * Why something is not taken for a peer's.
 *
 * @param problem why
 * @param key the key that it shows, or null when none
 */
public record Refusal(IdentityProblem problem, @Nullable PeerKey key) {

  /**
   * Returns the same as the reason for an end.
   *
   * @param peer the peer
   * @return the reason
   */
  public CloseReason reason(String peer) {
    String what =
        switch (problem) {
          case UNSIGNED -> "it signs nothing; give it an identity, or do not require one";
          case BAD_SIGNATURE ->
              "the signature is not its key's; somebody may have changed what it said";
          case CHANGED_KEY ->
              "it shows "
                  + key
                  + ", which is not the one that is known; if it has a new one for a good reason,"
                  + " forget the known one";
          case UNKNOWN_KEY -> "its " + key + " is not among those that are pinned";
          case NO_PROOF -> "it has not proven itself on the open channel in time";
        };
    return CloseReason.of(Code.IDENTITY_REFUSED, peer + " is not trusted: " + what);
  }
}

package to.clasp.transport.identity;

import java.util.Objects;

/**
 * How this side and its peers prove who they are. With it, each signal is signed, and on the open
 * channel both sides sign both certificate fingerprints and both ids before a frame travels, so
 * that a router that lies cannot sit in the middle of a direct link. What goes through the router
 * is not covered.
 *
 * @param identity this side's key pair
 * @param knownPeers which key belongs to which peer
 * @param trust which keys are trusted
 * @param required whether peers must have an identity; if not, those of which no key is known may
 *     do without, and a router that lies can make any peer that is new look so
 */
public record IdentityOptions(
    PeerIdentity identity, KnownPeers knownPeers, TrustPolicy trust, boolean required) {

  /** Checks that all is there. */
  public IdentityOptions {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(knownPeers, "knownPeers");
    Objects.requireNonNull(trust, "trust");
  }

  /**
   * Trusts a peer's first key, and then only that; peers must have an identity.
   *
   * @param identity this side's key pair
   * @param knownPeers where keys are remembered
   * @return the options
   */
  public static IdentityOptions trustOnFirstUse(PeerIdentity identity, KnownPeers knownPeers) {
    return new IdentityOptions(identity, knownPeers, TrustPolicy.FIRST_USE, true);
  }

  /**
   * Trusts only keys that are known; peers must have an identity.
   *
   * @param identity this side's key pair
   * @param knownPeers the keys
   * @return the options
   */
  public static IdentityOptions pinned(PeerIdentity identity, KnownPeers knownPeers) {
    return new IdentityOptions(identity, knownPeers, TrustPolicy.PINNED, true);
  }
}

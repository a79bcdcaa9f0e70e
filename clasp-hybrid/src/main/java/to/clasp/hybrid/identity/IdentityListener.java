package to.clasp.hybrid.identity;

import to.clasp.transport.identity.PeerKey;

/** Hears who has proven to be whom; on the loop. */
public interface IdentityListener {

  /**
   * A peer has proven who it is.
   *
   * @param peer the peer
   * @param key its key
   * @param firstUse whether the key was not known before
   */
  void onProven(String peer, PeerKey key, boolean firstUse);

  /**
   * What claims to be a peer is refused.
   *
   * @param peer the peer
   * @param refusal why
   */
  void onRefused(String peer, Refusal refusal);
}

package to.clasp.transport.identity;

/** Which keys are trusted. */
public enum TrustPolicy {
  /** Only those that {@link KnownPeers} holds. */
  PINNED,
  /** The first that a peer shows, which is remembered; from then on only that. */
  FIRST_USE
}

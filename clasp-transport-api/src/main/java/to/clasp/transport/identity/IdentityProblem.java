package to.clasp.transport.identity;

/** Why a peer is not taken for the one whose name it uses. A closed set. */
public enum IdentityProblem {
  /** It signs nothing although it must: it has no identity, or somebody in between took it away. */
  UNSIGNED,
  /** What it says, or its proof on the open channel, is not signed by the key that it shows. */
  BAD_SIGNATURE,
  /** Its key is another one than the one that is known. */
  CHANGED_KEY,
  /** Its key is not among those that are pinned. */
  UNKNOWN_KEY,
  /** It has not proven itself on the open channel in time. */
  NO_PROOF
}

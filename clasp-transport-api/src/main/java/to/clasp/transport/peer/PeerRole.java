package to.clasp.transport.peer;

/** Which side of an offer/answer exchange this one is. */
public enum PeerRole {
  /** Makes the offer, and the channels. */
  OFFERER,
  /** Waits for the offer. */
  ANSWERER
}

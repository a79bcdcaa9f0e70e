package to.clasp.transport;

/** The way that a frame takes. */
public enum Path {
  /** Through the CLASP router. */
  ROUTER,
  /** Over a direct link to the peer. */
  P2P
}

package to.clasp.core.message;

/** The operations of FEDERATION_SYNC. */
public enum FederationOp {
  /** Declares namespaces. */
  DECLARE_NAMESPACES(1),
  /** Asks for snapshots. */
  REQUEST_SYNC(2),
  /** Tells known revisions. */
  REVISION_VECTOR(3),
  /** Ends a synchronisation. */
  SYNC_COMPLETE(4);

  private final int code;

  FederationOp(int code) {
    this.code = code;
  }

  /**
   * Returns the code on the wire.
   *
   * @return 1 to 4
   */
  public int code() {
    return code;
  }
}

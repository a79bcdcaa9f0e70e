package to.clasp.core.message;

/** The operations of FEDERATION_SYNC. */
public enum FederationOp {
  /** Declares namespaces. */
  DECLARE_NAMESPACES,
  /** Asks for snapshots. */
  REQUEST_SYNC,
  /** Tells known revisions. */
  REVISION_VECTOR,
  /** Ends a synchronisation. */
  SYNC_COMPLETE;

  /**
   * Returns the code on the wire.
   *
   * @return 1 to 4
   */
  public int code() {
    return ordinal() + 1;
  }
}

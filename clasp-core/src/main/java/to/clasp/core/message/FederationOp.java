package to.clasp.core.message;

import org.jspecify.annotations.Nullable;

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

  private static final FederationOp[] VALUES = values();

  /**
   * Returns the code on the wire.
   *
   * @return 1 to 4
   */
  public int code() {
    return code;
  }

  /**
   * Finds the operation with a code.
   *
   * @param code the code on the wire
   * @return the operation, or null when the code is unassigned
   */
  public static @Nullable FederationOp fromCode(int code) {
    return code >= 1 && code <= VALUES.length ? VALUES[code - 1] : null;
  }
}

package to.clasp.router.p2p;

import org.jspecify.annotations.Nullable;

/** The addresses by which peers find each other (CLASP router behaviour, "P2P routing"). */
public final class P2PAddress {

  /** Peers say here that they are there. */
  public static final String ANNOUNCE = "/clasp/p2p/announce";

  private static final String SIGNAL_PREFIX = "/clasp/p2p/signal/";

  private P2PAddress() {}

  /**
   * Reads the session that a signal is for.
   *
   * @param address the address of a PUBLISH
   * @return the session id, or null if the address is no signal address: then the message is an
   *     ordinary one
   */
  public static @Nullable String signalTarget(String address) {
    if (!address.startsWith(SIGNAL_PREFIX)
        || address.length() == SIGNAL_PREFIX.length()
        || address.indexOf('/', SIGNAL_PREFIX.length()) >= 0) {
      return null;
    }
    return address.substring(SIGNAL_PREFIX.length());
  }
}

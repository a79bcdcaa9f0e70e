package to.clasp.transport.peer;

import java.io.Serial;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;

/** No direct link to a peer could be had in time, and going by the router was not allowed. */
public final class PeerUnreachableException extends TransportException {

  @Serial private static final long serialVersionUID = 1L;

  private final String peerId;

  /**
   * Makes the exception.
   *
   * @param peerId the peer
   * @param reason why
   */
  public PeerUnreachableException(String peerId, CloseReason reason) {
    super(reason);
    this.peerId = peerId;
  }

  /**
   * Returns the peer that cannot be reached.
   *
   * @return its id
   */
  public String peerId() {
    return peerId;
  }
}

package to.clasp.transport.peer;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Asks for one attempt to link with a peer.
 *
 * @param peerId the peer, for events and {@link to.clasp.transport.FrameSource}
 * @param correlationId id of the attempt
 * @param role who offers
 * @param config how links are made
 * @param connectTimeout how long the attempt may take from start to open
 * @param drainTimeout how long closing waits for accepted frames to arrive, and for those of a peer
 *     that closes
 * @param stallTimeout how long a non-empty send buffer may make no progress before the link counts
 *     as dead, unless the observer {@linkplain PeerTransportObserver#onStalled() knows better}
 * @param extensions extra keys for our offer or answer
 * @param observer hears the signals to send and the state of the connection
 */
public record PeerTransportRequest(
    String peerId,
    String correlationId,
    PeerRole role,
    RtcConfig config,
    Duration connectTimeout,
    Duration drainTimeout,
    Duration stallTimeout,
    Map<String, String> extensions,
    PeerTransportObserver observer) {
  /** Checks that all is there. */
  public PeerTransportRequest {
    Objects.requireNonNull(peerId, "peerId");
    Objects.requireNonNull(correlationId, "correlationId");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(connectTimeout, "connectTimeout");
    Objects.requireNonNull(drainTimeout, "drainTimeout");
    Objects.requireNonNull(stallTimeout, "stallTimeout");
    Objects.requireNonNull(observer, "observer");
    extensions = Map.copyOf(extensions);
  }

  /**
   * Asks for the same with another observer.
   *
   * @param observer hears instead
   * @return a changed copy
   */
  public PeerTransportRequest withObserver(PeerTransportObserver observer) {
    return new PeerTransportRequest(
        peerId,
        correlationId,
        role,
        config,
        connectTimeout,
        drainTimeout,
        stallTimeout,
        extensions,
        observer);
  }
}

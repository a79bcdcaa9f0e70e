package to.clasp.client;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.PeerEvent;

/**
 * Direct links alone: a router carries the signals by which peers find and link with each other,
 * and no values. Made by {@link #builder()}.
 *
 * <p>Everything is as in {@link P2P}. Links outlive the connection to the router; without it no new
 * ones can be made. What is sent to a peer while there is no link to it fails.
 */
public final class ClaspP2P implements AutoCloseable {

  private final Clasp client;
  private final P2P p2p;

  ClaspP2P(Clasp client) {
    this.client = client;
    this.p2p = client.p2p();
  }

  /**
   * Starts to build.
   *
   * @return a builder
   */
  public static ClaspP2PBuilder builder() {
    return new ClaspP2PBuilder();
  }

  /**
   * Returns the explicit use of links.
   *
   * @return the same object each time
   */
  public P2P p2p() {
    return p2p;
  }

  /**
   * Returns the id under which peers reach this side.
   *
   * @return the id
   */
  public String id() {
    return p2p.id();
  }

  /**
   * Links with a peer; see {@link P2P#connectToPeer}.
   *
   * @param id the peer
   * @return completes when the link is up
   * @throws IllegalArgumentException if it is no peer id, or our own
   */
  public CompletableFuture<Peer> connectToPeer(String id) {
    return p2p.connectToPeer(id);
  }

  /**
   * Returns the peers; see {@link P2P#peers()}.
   *
   * @return the peers, in no order
   */
  public List<Peer> peers() {
    return p2p.peers();
  }

  /**
   * Returns one peer; see {@link P2P#peer(String)}.
   *
   * @param id the peer
   * @return the peer, or empty when it is neither linked nor has been asked for
   */
  public Optional<Peer> peer(String id) {
    return p2p.peer(id);
  }

  /**
   * Is shown every peer that a link comes up with; see {@link P2P#onPeer}.
   *
   * @param callback called on the dispatcher
   * @return ends it when run
   */
  public Runnable onPeer(Consumer<Peer> callback) {
    return p2p.onPeer(callback);
  }

  /**
   * Hears of all peers; see {@link P2P#onEvent}.
   *
   * @param listener called on the dispatcher
   * @return ends it when run
   */
  public Runnable onEvent(Consumer<PeerEvent> listener) {
    return p2p.onEvent(listener);
  }

  /**
   * Hears what any peer sends; see {@link P2P#on}.
   *
   * @param pattern {@code *} stands for one segment, {@code **} for any number
   * @param callback called on the dispatcher
   * @return ends the subscription when closed
   * @throws to.clasp.core.address.InvalidAddressException if the pattern is none
   */
  public Subscription on(String pattern, UpdateHandler callback) {
    return p2p.on(pattern, callback);
  }

  /**
   * Sends an event to every linked peer; see {@link P2P#broadcast}.
   *
   * @param address where
   * @param value what
   * @return how many links have taken it
   */
  public int broadcast(String address, @Nullable Object value) {
    return p2p.broadcast(address, value);
  }

  /**
   * Hears broadcasts; see {@link P2P#onBroadcast}.
   *
   * @param callback called on the dispatcher
   * @return ends the subscription when closed
   */
  public Subscription onBroadcast(UpdateHandler callback) {
    return p2p.onBroadcast(Objects.requireNonNull(callback, "callback"));
  }

  /** Closes all links, whose peers are told, and the connection to the router. Blocks. */
  @Override
  public void close() {
    client.close();
  }
}

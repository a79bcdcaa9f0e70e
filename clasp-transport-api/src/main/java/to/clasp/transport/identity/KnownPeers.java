package to.clasp.transport.identity;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which key belongs to which peer. Asked and told on the event loop of the transport, so it must
 * answer from memory and must not block. Implementations are safe for use by several threads.
 */
public interface KnownPeers {

  /**
   * Returns the key that is known of a peer.
   *
   * @param peerId the peer
   * @return its key, or empty when none is known
   */
  Optional<PeerKey> keyOf(String peerId);

  /**
   * Remembers a key. Called when a peer is met for the first time, if that is trusted.
   *
   * @param peerId the peer
   * @param key its key
   */
  void remember(String peerId, PeerKey key);

  /**
   * Forgets a peer, such as one whose key has changed for a good reason.
   *
   * @param peerId the peer
   */
  void forget(String peerId);

  /**
   * Makes a store that lasts as long as the process.
   *
   * @return an empty store
   */
  static KnownPeers inMemory() {
    return new KnownPeersInMemory();
  }

  /**
   * Makes a store that is kept in a file: one line for each peer, with its id, percent-encoded, a
   * space, and {@link PeerKey#text()}. Read now; written, as a whole and by a thread of its own,
   * after each change. A file that does not exist yet is made when there is something to keep.
   *
   * @param file the file
   * @return a store with what the file holds
   * @throws java.io.UncheckedIOException if the file exists and cannot be read
   * @throws IllegalArgumentException if a line of the file is none; names it
   */
  static KnownPeers file(Path file) {
    return KnownPeersFile.read(file);
  }
}

package to.clasp.transport.identity;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keys of peers, kept in memory. */
final class KnownPeersInMemory implements KnownPeers {

  private final Map<String, PeerKey> keys = new ConcurrentHashMap<>();

  @Override
  public Optional<PeerKey> keyOf(String peerId) {
    return Optional.ofNullable(keys.get(peerId));
  }

  @Override
  public void remember(String peerId, PeerKey key) {
    keys.put(peerId, key);
  }

  @Override
  public void forget(String peerId) {
    keys.remove(peerId);
  }
}

package to.clasp.hybrid.signal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who was signalled last at which address, so that an error of the router, which names the address
 * only, finds its attempt. Bounded: the address that was used longest ago is forgotten first.
 */
final class SentSignals {

  /**
   * A signal.
   *
   * @param correlationId of its attempt, or null when it was an announcement or an envelope
   */
  record Sent(String peerId, @Nullable String correlationId) {}

  private final Map<String, Sent> newest;

  SentSignals(int bound) {
    newest =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Sent> eldest) {
            return size() > bound;
          }
        };
  }

  void note(String address, String peerId, String correlationId) {
    newest.put(address, new Sent(peerId, correlationId));
  }

  void noteOther(String address, String peerId) {
    newest.putIfAbsent(address, new Sent(peerId, null));
  }

  @Nullable Sent at(String address) {
    return newest.get(address);
  }
}

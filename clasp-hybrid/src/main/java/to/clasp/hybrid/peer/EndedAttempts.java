package to.clasp.hybrid.peer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The attempts that have ended or have been given up, so that their late signals, and copies of
 * them, are recognised. Bounded: the oldest are forgotten.
 */
final class EndedAttempts {

  private static final int REMEMBERED = 32;

  private final Map<String, Boolean> correlationIds =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  void add(String correlationId) {
    correlationIds.put(correlationId, true);
  }

  boolean contains(String correlationId) {
    return correlationIds.containsKey(correlationId);
  }
}

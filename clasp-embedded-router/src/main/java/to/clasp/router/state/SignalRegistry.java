package to.clasp.router.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import to.clasp.core.address.GlobPattern;
import to.clasp.core.message.SignalDefinition;

/**
 * The signals that clients have announced, by address; the last announcement wins. Bounded: a new
 * one over the limit replaces the one announced longest ago. Confined to one thread.
 */
public final class SignalRegistry {

  private record Entry(SignalDefinition definition, long announcedNanos) {}

  private final int maxSignals;
  private final long lifetimeNanos;

  /** In the order of their last announcement. */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * Makes an empty registry.
   *
   * @param maxSignals how many it keeps; at least 1
   * @param lifetime how long it keeps one
   */
  public SignalRegistry(int maxSignals, Duration lifetime) {
    this.maxSignals = maxSignals;
    this.lifetimeNanos = lifetime.toNanos();
  }

  /**
   * Keeps announced signals.
   *
   * @param signals the signals
   * @param nowNanos the monotonic clock
   */
  public void announce(List<SignalDefinition> signals, long nowNanos) {
    for (SignalDefinition signal : signals) {
      entries.remove(signal.address());
      if (entries.size() >= maxSignals) {
        Iterator<Entry> oldest = entries.values().iterator();
        oldest.next();
        oldest.remove();
      }
      entries.put(signal.address(), new Entry(signal, nowNanos));
    }
  }

  /**
   * Finds signals.
   *
   * @param pattern which
   * @return the signals
   */
  public List<SignalDefinition> matching(GlobPattern pattern) {
    List<SignalDefinition> matching = new ArrayList<>();
    entries.forEach(
        (address, entry) -> {
          if (pattern.matches(address)) {
            matching.add(entry.definition());
          }
        });
    return matching;
  }

  /**
   * Removes the signals whose lifetime is over.
   *
   * @param nowNanos the monotonic clock
   */
  public void removeExpired(long nowNanos) {
    entries.values().removeIf(entry -> nowNanos - entry.announcedNanos() >= lifetimeNanos);
  }
}

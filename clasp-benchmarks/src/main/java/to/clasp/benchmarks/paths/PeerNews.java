package to.clasp.benchmarks.paths;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import to.clasp.transport.peer.PeerEvent;

/** Counts what clients hear of each other. Safe for use by any thread. */
public final class PeerNews implements Consumer<PeerEvent> {

  private final AtomicLong pathChanges = new AtomicLong();
  private final AtomicLong renewals = new AtomicLong();
  private final AtomicLong breaks = new AtomicLong();
  private final AtomicLong undelivered = new AtomicLong();
  private final AtomicLong missing = new AtomicLong();

  /** Starts at zero. */
  public PeerNews() {}

  @Override
  public void accept(PeerEvent event) {
    if (event instanceof PeerEvent.PathChanged) {
      pathChanges.incrementAndGet();
    } else if (event instanceof PeerEvent.Renewed) {
      renewals.incrementAndGet();
    } else if (event instanceof PeerEvent.Failed) {
      breaks.incrementAndGet();
    } else if (event instanceof PeerEvent.Undelivered lost) {
      undelivered.addAndGet(lost.frames());
    } else if (event instanceof PeerEvent.Missing lost) {
      missing.addAndGet(lost.frames());
    }
  }

  /**
   * Returns how often frames took another path.
   *
   * @return the count
   */
  public long pathChanges() {
    return pathChanges.get();
  }

  /**
   * Returns how often a link was renewed.
   *
   * @return the count
   */
  public long renewals() {
    return renewals.get();
  }

  /**
   * Returns how often an attempt or link failed.
   *
   * @return the count
   */
  public long breaks() {
    return breaks.get();
  }

  /**
   * Returns how many frames a client gave up.
   *
   * @return the count
   */
  public long undelivered() {
    return undelivered.get();
  }

  /**
   * Returns how many frames a client was told to expect no more.
   *
   * @return the count
   */
  public long missing() {
    return missing.get();
  }
}

package to.clasp.router.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the router has done. Written on the event loop, read by any thread. */
public final class Counters {

  /** WebSockets that are open. */
  public final AtomicInteger connections = new AtomicInteger();

  /** Parameters that are stored. */
  public final AtomicInteger parameters = new AtomicInteger();

  /** Subscriptions that deliver. */
  public final AtomicInteger subscriptions = new AtomicInteger();

  /** Binary WebSocket messages that have come. */
  public final LongAdder received = new LongAdder();

  /** Frames that were queued to clients. */
  public final LongAdder sent = new LongAdder();

  /** Received messages that could not be read, and were ignored. */
  public final LongAdder malformed = new LongAdder();

  /** Received messages over the rate limit. */
  public final LongAdder rateLimited = new LongAdder();

  /** SETs that were stored. */
  public final LongAdder sets = new LongAdder();

  /** SETs that were refused for revision or lock. */
  public final LongAdder refusedSets = new LongAdder();

  /** Messages that were published, but for signals. */
  public final LongAdder publishes = new LongAdder();

  /** Signals that were passed to a session. */
  public final LongAdder signals = new LongAdder();

  /** Broadcasts that were dropped for clients that read too slowly. */
  public final LongAdder dropped = new LongAdder();

  /** Frames to clients that were not sent because they would have been too large. */
  public final LongAdder oversized = new LongAdder();

  /** HELLOs that were answered with WELCOME. */
  public final LongAdder sessionsOpened = new LongAdder();

  /** Sessions that were removed because nothing was delivered to them. */
  public final LongAdder sessionsExpired = new LongAdder();

  Counters() {}
}

package to.clasp.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.router.engine.Counters;
import to.clasp.router.engine.RouterEngine;
import to.clasp.router.options.BadManner;
import to.clasp.router.options.RouterOptions;
import to.clasp.router.server.RouterServer;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.loop.ThreadEventLoop;

/**
 * A small CLASP router inside this program, for demos, development and tests. For production use
 * CLASP's own router: this one keeps everything in memory, speaks only WebSocket without TLS, and
 * has neither journal nor federation.
 *
 * <p>It behaves as CLASP's own router 4.5 does, bad manners included ({@link BadManner}), but for
 * what {@code docs/embedded-router.md} lists: it does not crash, bounds everything, and is polite
 * where no message tells the difference.
 *
 * <p>A running router has one thread for the protocol and up to five for sockets. They end with
 * {@link #stop}. All methods may be called by any thread.
 */
public final class EmbeddedRouter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRouter.class);

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  /** What exists while the router runs. */
  private record Running(
      EventLoop loop, RouterEngine engine, RouterServer server, InetSocketAddress address) {}

  private final RouterOptions options;
  private final InstantSource clock;
  private final @Nullable EventLoop givenLoop;
  private final String threadName = "clasp-router-" + NUMBERS.incrementAndGet();

  private volatile Set<BadManner> manners;
  private volatile @Nullable Running running;

  /** Guarded by this. The port of the last start, which a later start takes again. */
  private int port;

  EmbeddedRouter(RouterOptions options, InstantSource clock, @Nullable EventLoop givenLoop) {
    this.options = options;
    this.clock = clock;
    this.givenLoop = givenLoop;
    this.manners = options.manners();
    this.port = options.port();
  }

  /**
   * Starts with the defaults of CLASP's own router, but listening on the loopback interface only.
   *
   * @return a builder
   */
  public static EmbeddedRouterBuilder builder() {
    return new EmbeddedRouterBuilder();
  }

  /**
   * Begins to listen. Starting again after {@link #stop} takes the same port, and begins with
   * nothing stored, as a restarted router does. Does nothing if the router runs.
   *
   * @return this
   * @throws UncheckedIOException if it cannot listen; the message names the address
   */
  public synchronized EmbeddedRouter start() {
    if (running != null) {
      return this;
    }
    EventLoop loop = givenLoop == null ? ThreadEventLoop.start(threadName + "-loop") : givenLoop;
    RouterEngine engine = new RouterEngine(options, loop, clock, new SplittableRandom());
    engine.manners(manners);
    RouterServer server = new RouterServer(options, port, engine, threadName + "-io");
    server.delaySmallFrames(manners.contains(BadManner.DELAYS_SMALL_FRAMES));
    try {
      server.start();
    } catch (IOException e) {
      closeLoop(loop);
      throw new UncheckedIOException(
          "the router cannot listen on " + options.host() + ":" + port + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      closeLoop(loop);
      throw e;
    }
    engine.start();
    InetSocketAddress address = server.address();
    port = address.getPort();
    running = new Running(loop, engine, server, address);
    LOG.info("listening on {}", uri());
    return this;
  }

  /**
   * Ends all connections, without close frames, and all threads of this router. What was stored is
   * forgotten. Does nothing if the router does not run.
   */
  public synchronized void stop() {
    Running stopped = running;
    if (stopped == null) {
      return;
    }
    running = null;
    try {
      stopped.server().stop();
    } catch (IOException e) {
      LOG.warn("the WebSocket server did not stop cleanly", e);
    }
    stopped.engine().stop();
    closeLoop(stopped.loop());
    LOG.info("stopped");
  }

  /** Same as {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  private void closeLoop(EventLoop loop) {
    if (givenLoop != null) {
      return;
    }
    loop.close();
    try {
      if (loop instanceof ThreadEventLoop thread && !thread.awaitStopped(STOP_TIMEOUT)) {
        LOG.warn("the event loop did not stop within {}", STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Tells whether the router listens.
   *
   * @return true between {@link #start} and {@link #stop}
   */
  public boolean isRunning() {
    return running != null;
  }

  /**
   * Returns where clients connect to.
   *
   * @return a URI such as {@code ws://127.0.0.1:7330}
   * @throws IllegalStateException if the router does not run
   */
  public URI uri() {
    InetSocketAddress address = requireRunning().address();
    String host = options.host();
    String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return URI.create("ws://" + literal + ":" + address.getPort());
  }

  /**
   * Returns the port that the router listens on.
   *
   * @return the port
   * @throws IllegalStateException if the router does not run
   */
  public int port() {
    return requireRunning().address().getPort();
  }

  /**
   * Returns how the router works.
   *
   * @return the options that it was built with
   */
  public RouterOptions options() {
    return options;
  }

  /**
   * Returns what the router holds and what it has done since its last start.
   *
   * @return the figures at this moment
   * @throws IllegalStateException if the router does not run
   */
  public RouterStats stats() {
    RouterEngine engine = requireRunning().engine();
    Counters counters = engine.counters();
    return new RouterStats(
        counters.connections.get(),
        engine.sessions().size(),
        counters.subscriptions.get(),
        counters.parameters.get(),
        counters.received.sum(),
        counters.sent.sum(),
        counters.malformed.sum(),
        counters.rateLimited.sum(),
        counters.sets.sum(),
        counters.refusedSets.sum(),
        counters.publishes.sum(),
        counters.signals.sum(),
        counters.dropped.sum(),
        counters.oversized.sum(),
        counters.sessionsOpened.sum(),
        counters.sessionsExpired.sum());
  }

  /**
   * Lists the sessions to which something can be delivered; zombies are none.
   *
   * @return the sessions, in no order
   * @throws IllegalStateException if the router does not run
   */
  public List<SessionInfo> sessions() {
    return requireRunning().engine().sessions().stream()
        .map(session -> new SessionInfo(session.id(), session.name()))
        .toList();
  }

  /**
   * Ends the TCP connection of a session without a close frame, as a broken network does. An
   * unknown session is ignored.
   *
   * @param sessionId the session
   * @throws IllegalStateException if the router does not run
   */
  public void disconnect(String sessionId) {
    requireRunning().engine().withSession(sessionId, session -> session.connection().abort());
  }

  /**
   * Ends all TCP connections without close frames, those without a session too.
   *
   * @throws IllegalStateException if the router does not run
   */
  public void disconnectAll() {
    requireRunning().engine().abortAll();
  }

  /**
   * Makes a session a zombie, as the real router does with one that was idle for too long: the
   * socket stays open and requests are answered, but its subscriptions are gone, new ones never
   * deliver, and signals to it give 404. An unknown session is ignored.
   *
   * @param sessionId the session
   * @throws IllegalStateException if the router does not run
   */
  public void makeZombie(String sessionId) {
    requireRunning().engine().makeZombie(sessionId);
  }

  /**
   * Makes the router deaf for a connection, as the real one becomes when its task has died: the
   * session stays and things are delivered to it, but nothing that the client sends is looked at.
   * An unknown session is ignored.
   *
   * @param sessionId the session
   * @throws IllegalStateException if the router does not run
   */
  public void mute(String sessionId) {
    requireRunning().engine().withSession(sessionId, session -> session.connection().mute());
  }

  /**
   * Stops sending to a client, or goes on, as if the client had stopped reading: what is for it
   * waits in its queue, and is dropped when that is full. An unknown session is ignored.
   *
   * @param sessionId the session
   * @param stall true to stop, false to go on
   * @throws IllegalStateException if the router does not run
   */
  public void stall(String sessionId, boolean stall) {
    requireRunning()
        .engine()
        .withSession(sessionId, session -> session.connection().outbox().stall(stall));
  }

  /**
   * Returns the bad manners that are on.
   *
   * @return an immutable set
   */
  public Set<BadManner> manners() {
    return manners;
  }

  /**
   * Switches a bad manner on or off, from now on and over restarts.
   *
   * @param manner which
   * @param on whether the router has it
   */
  public synchronized void setManner(BadManner manner, boolean on) {
    EnumSet<BadManner> changed = EnumSet.noneOf(BadManner.class);
    changed.addAll(manners);
    if (on) {
      changed.add(manner);
    } else {
      changed.remove(manner);
    }
    manners = Set.copyOf(changed);
    Running current = running;
    if (current != null) {
      current.engine().manners(manners);
      current.server().delaySmallFrames(manners.contains(BadManner.DELAYS_SMALL_FRAMES));
    }
  }

  private Running requireRunning() {
    Running current = running;
    if (current == null) {
      throw new IllegalStateException("the router does not run; call start() first");
    }
    return current;
  }
}

package to.clasp.router.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.FrameDecoder;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.router.options.BadManner;
import to.clasp.router.options.RouterOptions;
import to.clasp.router.session.Connection;
import to.clasp.router.session.Session;
import to.clasp.router.session.Wire;
import to.clasp.transport.loop.EventLoop;

/**
 * A CLASP router without I/O. Everything happens on one event loop; the methods may be called by
 * any thread, and hand over to it.
 */
public final class RouterEngine {

  private static final Logger LOG = LoggerFactory.getLogger(RouterEngine.class);

  private static final int GOING_AWAY = 1001;

  private final Context context;
  private final Requests requests;

  /** Loop only. */
  private final Set<Connection> connections = new HashSet<>();

  /** Loop only. The next run of each periodic task. */
  private final Map<Runnable, EventLoop.Timer> periodic = new HashMap<>();

  /** Loop only. */
  private boolean stopped;

  /**
   * Makes an engine. It does nothing until {@link #start}.
   *
   * @param options how it works
   * @param loop where everything happens; the caller closes it
   * @param clock the wall clock
   * @param random decides what overtakes what, if the router reorders
   */
  public RouterEngine(
      RouterOptions options, EventLoop loop, InstantSource clock, RandomGenerator random) {
    this.context = new Context(options, loop, clock, random);
    this.requests = new Requests(context);
  }

  /** Starts the timers. */
  public void start() {
    Runnable removeExpired = requests::removeExpired;
    Runnable removeIdle = this::removeIdle;
    context.loop.execute(
        () -> {
          every(context.options.sweepInterval(), removeExpired);
          every(idleCheckInterval(), removeIdle);
        });
  }

  /** Stops the timers, for a loop that outlives the router. Its connections must have ended. */
  public void stop() {
    context.loop.execute(
        () -> {
          stopped = true;
          periodic.values().forEach(EventLoop.Timer::cancel);
          periodic.clear();
          requests.stop();
        });
  }

  /**
   * Takes a new connection.
   *
   * @param wire its socket
   * @return the connection, for {@link #received} and {@link #closed}
   */
  public Connection connect(Wire wire) {
    Connection connection =
        new Connection(wire, context.loop, context.options.queueCapacity(), this::handle);
    context.counters.connections.incrementAndGet();
    context.loop.execute(
        () -> {
          connections.add(connection);
          connection.awaitHello(
              context.loop.schedule(
                  context.options.handshakeTimeout(),
                  () -> requests.handshakes().failed(connection, "no HELLO in time")));
        });
    return connection;
  }

  /**
   * Takes a message.
   *
   * @param connection where it came
   * @param message the bytes of one binary WebSocket message; not to be changed afterwards
   */
  public void received(Connection connection, byte[] message) {
    context.loop.execute(
        () -> {
          context.counters.received.increment();
          connection.received(message);
        });
  }

  /**
   * Takes the end of a connection. Called once for each.
   *
   * @param connection the connection
   */
  public void closed(Connection connection) {
    context.counters.connections.decrementAndGet();
    context.loop.execute(
        () -> {
          connections.remove(connection);
          connection.sessions().forEach(context::unregister);
          connection.closed();
        });
  }

  /**
   * Returns what was counted.
   *
   * @return the counters
   */
  public Counters counters() {
    return context.counters;
  }

  /**
   * Returns the sessions to which something can be delivered.
   *
   * @return a live view; of each session only what is final may be read
   */
  public Collection<Session> sessions() {
    return context.sessions.values();
  }

  /**
   * Returns the bad manners that are on.
   *
   * @return the manners
   */
  public Set<BadManner> manners() {
    return context.manners();
  }

  /**
   * Changes the bad manners.
   *
   * @param manners those that are on from now on
   */
  public void manners(Set<BadManner> manners) {
    context.manners(manners);
  }

  /**
   * Does something to a session, on the loop, if it is registered.
   *
   * @param sessionId its id
   * @param action what to do
   */
  public void withSession(String sessionId, Consumer<Session> action) {
    context.loop.execute(
        () -> {
          Session session = context.sessions.get(sessionId);
          if (session != null) {
            action.accept(session);
          }
        });
  }

  /**
   * Makes a session a zombie: its socket is open and its requests are answered, but nothing is
   * delivered to it.
   *
   * @param sessionId its id
   */
  public void makeZombie(String sessionId) {
    withSession(sessionId, context::unregister);
  }

  /** Ends all TCP connections. */
  public void abortAll() {
    context.loop.execute(() -> List.copyOf(connections).forEach(Connection::abort));
  }

  /**
   * Does something later.
   *
   * @param delay how long to wait
   * @param task what to do, on the loop
   */
  public void later(Duration delay, Runnable task) {
    context.loop.schedule(delay, task);
  }

  private void handle(Connection connection, byte[] bytes) {
    Session session = connection.session();
    if (session != null && !requests.admits(session)) {
      return;
    }
    Message message;
    try {
      message = FrameDecoder.decode(bytes);
    } catch (MalformedFrameException e) {
      context.counters.malformed.increment();
      LOG.debug("ignored a message that cannot be read: {}", e.getMessage());
      if (session == null) {
        requests.handshakes().failed(connection, "the first message cannot be read");
      }
      return;
    }
    try {
      if (session != null) {
        requests.handle(session, message);
      } else if (message instanceof HelloMessage hello) {
        requests.handshakes().hello(connection, hello);
      } else {
        requests.handshakes().failed(connection, "the first message is no HELLO");
      }
    } catch (RuntimeException e) {
      // A bug. The message is lost, the router and the connection go on.
      LOG.error("could not handle {}", message.type(), e);
    }
  }

  private void every(Duration interval, Runnable task) {
    if (stopped) {
      return;
    }
    periodic.put(
        task,
        context.loop.schedule(
            interval,
            () -> {
              every(interval, task);
              task.run();
            }));
  }

  /** As in the real router, but for timeouts below 40 s, where it looks only every 10 s. */
  private Duration idleCheckInterval() {
    Duration quarter = context.options.sessionTimeout().dividedBy(4);
    Duration least = Duration.ofMillis(1);
    return quarter.compareTo(least) < 0 ? least : quarter;
  }

  private void removeIdle() {
    long now = context.loop.nanoTime();
    long timeout = context.options.sessionTimeout().toNanos();
    for (Session session : context.sessions.values()) {
      if (session.idleNanos(now) > timeout) {
        LOG.info("nothing was delivered to {} for too long; it is removed", session);
        context.counters.sessionsExpired.increment();
        context.unregister(session);
        if (!context.has(BadManner.ZOMBIE_WHEN_IDLE)) {
          session.connection().close(GOING_AWAY, "idle session");
        }
      }
    }
  }
}

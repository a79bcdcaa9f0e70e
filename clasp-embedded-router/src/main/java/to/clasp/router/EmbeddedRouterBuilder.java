package to.clasp.router;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.router.options.AccessToken;
import to.clasp.router.options.BadManner;
import to.clasp.router.options.RouterOptions;
import to.clasp.router.security.TokenCheck;
import to.clasp.transport.loop.EventLoop;

/** Builds embedded routers. Ranges are checked by {@link #build}. Not thread-safe. */
public final class EmbeddedRouterBuilder {

  private static final RouterOptions DEFAULTS = RouterOptions.DEFAULTS;

  private String host = DEFAULTS.host();
  private int port = DEFAULTS.port();
  private String name = DEFAULTS.name();
  private int maxSessions = DEFAULTS.maxSessions();
  private int maxConnections = DEFAULTS.maxConnections();
  private Duration handshakeTimeout = DEFAULTS.handshakeTimeout();
  private Duration sessionTimeout = DEFAULTS.sessionTimeout();
  private int rateLimit = DEFAULTS.rateLimit();
  private int queueCapacity = DEFAULTS.queueCapacity();
  private int maxSubscriptions = DEFAULTS.maxSubscriptions();
  private int maxParameters = DEFAULTS.maxParameters();
  private Duration parameterLifetime = DEFAULTS.parameterLifetime();
  private Duration sweepInterval = DEFAULTS.sweepInterval();
  private Duration gesturePause = DEFAULTS.gesturePause();
  private @Nullable List<AccessToken> tokens;
  private Set<BadManner> manners = DEFAULTS.manners();
  private InstantSource clock = InstantSource.system();
  private @Nullable EventLoop eventLoop;

  EmbeddedRouterBuilder() {}

  /**
   * Sets where to listen.
   *
   * @param host address to listen on; default 127.0.0.1
   * @return this
   */
  public EmbeddedRouterBuilder host(String host) {
    this.host = Objects.requireNonNull(host, "host");
    return this;
  }

  /**
   * Sets the port.
   *
   * @param port TCP port, 0 to 65 535; 0 takes a free one, which {@link EmbeddedRouter#uri} tells;
   *     default 7330
   * @return this
   */
  public EmbeddedRouterBuilder port(int port) {
    this.port = port;
    return this;
  }

  /**
   * Sets the name.
   *
   * @param name the name in WELCOME; default CLASP Router
   * @return this
   */
  public EmbeddedRouterBuilder name(String name) {
    this.name = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Limits the sessions.
   *
   * @param limit how many sessions there may be, 1 to 100 000; default 100
   * @return this
   */
  public EmbeddedRouterBuilder maxSessions(int limit) {
    this.maxSessions = limit;
    return this;
  }

  /**
   * Limits the connections.
   *
   * @param limit how many WebSockets may be open, 1 to 100 000; more wait to be accepted; default 1
   *     000
   * @return this
   */
  public EmbeddedRouterBuilder maxConnections(int limit) {
    this.maxConnections = limit;
    return this;
  }

  /**
   * Sets how long to wait for HELLO.
   *
   * @param timeout how long a client may take for its HELLO, 1 ms to 1 h; default 10 s
   * @return this
   */
  public EmbeddedRouterBuilder handshakeTimeout(Duration timeout) {
    this.handshakeTimeout = Objects.requireNonNull(timeout, "handshakeTimeout");
    return this;
  }

  /**
   * Sets when a session is idle: what the client sends does not count, only what is delivered to
   * it.
   *
   * @param timeout how long nothing may be delivered to a session, 1 ms to 30 days; default 300 s
   * @return this
   */
  public EmbeddedRouterBuilder sessionTimeout(Duration timeout) {
    this.sessionTimeout = Objects.requireNonNull(timeout, "sessionTimeout");
    return this;
  }

  /**
   * Limits the rate of each session.
   *
   * @param perSecond messages a second and session, 1 to 1 000 000; 0 for no limit; default 1 000
   * @return this
   */
  public EmbeddedRouterBuilder rateLimit(int perSecond) {
    this.rateLimit = perSecond;
    return this;
  }

  /**
   * Limits the queue to each client.
   *
   * @param frames how many frames to one client may wait, 1 to 100 000; default 1 000
   * @return this
   */
  public EmbeddedRouterBuilder queueCapacity(int frames) {
    this.queueCapacity = frames;
    return this;
  }

  /**
   * Limits the subscriptions of each session.
   *
   * @param limit how many subscriptions a session may have, 1 to 100 000; default 1 000
   * @return this
   */
  public EmbeddedRouterBuilder maxSubscriptions(int limit) {
    this.maxSubscriptions = limit;
    return this;
  }

  /**
   * Limits what is stored.
   *
   * @param limit how many parameters, and how many announced signals, are kept, 1 to 1 000 000;
   *     default 10 000
   * @return this
   */
  public EmbeddedRouterBuilder maxParameters(int limit) {
    this.maxParameters = limit;
    return this;
  }

  /**
   * Sets how long parameters are kept.
   *
   * @param lifetime how long a parameter is kept after its last write, and a signal after its
   *     announcement, 1 ms to 3 650 days; default 1 h
   * @return this
   */
  public EmbeddedRouterBuilder parameterLifetime(Duration lifetime) {
    this.parameterLifetime = Objects.requireNonNull(lifetime, "parameterLifetime");
    return this;
  }

  /**
   * Sets how often to look for what has expired.
   *
   * @param interval how often what has expired is removed, 1 ms to 1 day; default 60 s
   * @return this
   */
  public EmbeddedRouterBuilder sweepInterval(Duration interval) {
    this.sweepInterval = Objects.requireNonNull(interval, "sweepInterval");
    return this;
  }

  /**
   * Sets how moves of gestures are thinned out.
   *
   * @param pause how long the move of a gesture is held for a newer one, up to 1 min; zero passes
   *     all; default 16 ms
   * @return this
   */
  public EmbeddedRouterBuilder gesturePause(Duration pause) {
    this.gesturePause = Objects.requireNonNull(pause, "gesturePause");
    return this;
  }

  /**
   * Turns the token check on, and adds a token. Without any, the router is open.
   *
   * @param token the token
   * @param scopes what it allows, each an action, a colon and a pattern, such as {@code
   *     read:/lights/**}
   * @return this
   */
  public EmbeddedRouterBuilder token(String token, String... scopes) {
    return token(new AccessToken(token, List.of(scopes), null));
  }

  /**
   * Turns the token check on, and adds a token. Without any, the router is open.
   *
   * @param token the token
   * @return this
   */
  public EmbeddedRouterBuilder token(AccessToken token) {
    List<AccessToken> all = tokens == null ? new ArrayList<>() : tokens;
    all.add(Objects.requireNonNull(token, "token"));
    tokens = all;
    return this;
  }

  /**
   * Sets the bad manners.
   *
   * @param on those that the router has, and no others; default {@link BadManner#defaults}
   * @return this
   */
  public EmbeddedRouterBuilder manners(Set<BadManner> on) {
    this.manners = Set.copyOf(on);
    return this;
  }

  /**
   * Adds bad manners to those that are on.
   *
   * @param more those that the router has, too
   * @return this
   */
  public EmbeddedRouterBuilder with(BadManner... more) {
    return change(List.of(more), true);
  }

  /**
   * Takes bad manners from those that are on.
   *
   * @param fewer those that the router has not
   * @return this
   */
  public EmbeddedRouterBuilder without(BadManner... fewer) {
    return change(List.of(fewer), false);
  }

  private EmbeddedRouterBuilder change(List<BadManner> which, boolean on) {
    EnumSet<BadManner> changed = EnumSet.noneOf(BadManner.class);
    changed.addAll(manners);
    if (on) {
      changed.addAll(which);
    } else {
      changed.removeAll(which);
    }
    manners = Set.copyOf(changed);
    return this;
  }

  /**
   * Sets the wall clock: the times in WELCOME, SYNC and snapshots, the seconds of the rate limit,
   * the expiry of tokens, and which of two writes is the later. Timeouts and lifetimes are measured
   * by the event loop.
   *
   * @param wallClock tells the time; default the system's
   * @return this
   */
  public EmbeddedRouterBuilder clock(InstantSource wallClock) {
    this.clock = Objects.requireNonNull(wallClock, "wallClock");
    return this;
  }

  /**
   * Lets the router run on a given loop instead of one of its own, for example on one whose time
   * stands still. The router does not close it.
   *
   * @param loop the loop
   * @return this
   */
  public EmbeddedRouterBuilder eventLoop(EventLoop loop) {
    this.eventLoop = Objects.requireNonNull(loop, "loop");
    return this;
  }

  /**
   * Makes the router. It does not listen before {@link EmbeddedRouter#start}.
   *
   * @return a router
   * @throws IllegalArgumentException if an option is out of range or a scope cannot be read; the
   *     message says which and what is allowed
   */
  public EmbeddedRouter build() {
    RouterOptions options =
        new RouterOptions(
            host,
            port,
            name,
            maxSessions,
            maxConnections,
            handshakeTimeout,
            sessionTimeout,
            rateLimit,
            queueCapacity,
            maxSubscriptions,
            maxParameters,
            parameterLifetime,
            sweepInterval,
            gesturePause,
            tokens,
            manners);
    // Reads the scopes, so that a bad one is told here and not at start.
    TokenCheck.of(options.tokens());
    return new EmbeddedRouter(options, clock, eventLoop);
  }

  /**
   * Makes the router and begins to listen.
   *
   * @return a running router
   * @throws IllegalArgumentException as {@link #build}
   * @throws java.io.UncheckedIOException as {@link EmbeddedRouter#start}
   */
  public EmbeddedRouter start() {
    return build().start();
  }
}

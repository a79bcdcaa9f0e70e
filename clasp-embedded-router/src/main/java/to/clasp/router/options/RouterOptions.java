package to.clasp.router.options;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.Ranges;

/**
 * How an embedded router works. Immutable. The builder of the router sets one by one what differs
 * from {@link #DEFAULTS}.
 *
 * @param host address to listen on
 * @param port TCP port, 0 to 65 535; 0 takes a free one
 * @param name the name in WELCOME
 * @param maxSessions how many sessions there may be, 1 to 100 000
 * @param maxConnections how many WebSockets may be open, 1 to 100 000; more wait to be accepted
 * @param handshakeTimeout how long a client may take for its HELLO, 1 ms to 1 h
 * @param sessionTimeout how long nothing may be delivered to a session, 1 ms to 30 days
 * @param rateLimit messages a second and session, 1 to 1 000 000; 0 for no limit
 * @param queueCapacity how many frames to one client may wait, 1 to 100 000
 * @param maxSubscriptions how many subscriptions a session may have, 1 to 100 000
 * @param maxParameters how many parameters, and how many announced signals, are kept, 1 to 1 000
 *     000
 * @param parameterLifetime how long a parameter is kept after its last write, and a signal after
 *     its announcement, 1 ms to 3 650 days
 * @param sweepInterval how often what has expired is removed, 1 ms to 1 day
 * @param gesturePause how long the move of a gesture is held for a newer one, up to 1 min; zero
 *     passes all
 * @param tokens the tokens that are good, or null for an open router
 * @param manners the bad manners that are on
 */
public record RouterOptions(
    String host,
    int port,
    String name,
    int maxSessions,
    int maxConnections,
    Duration handshakeTimeout,
    Duration sessionTimeout,
    int rateLimit,
    int queueCapacity,
    int maxSubscriptions,
    int maxParameters,
    Duration parameterLifetime,
    Duration sweepInterval,
    Duration gesturePause,
    @Nullable List<AccessToken> tokens,
    Set<BadManner> manners) {

  private static final long MAX_LIFETIME_MILLIS = Duration.ofDays(3650).toMillis();

  /** The defaults of CLASP's own router, but listening on the loopback interface only. */
  public static final RouterOptions DEFAULTS =
      new RouterOptions(
          "127.0.0.1",
          7330,
          "CLASP Router",
          100,
          1_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(300),
          1_000,
          1_000,
          1_000,
          10_000,
          Duration.ofHours(1),
          Duration.ofSeconds(60),
          Duration.ofMillis(16),
          null,
          BadManner.defaults());

  /** Checks the ranges and copies the collections. */
  public RouterOptions {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(name, "name");
    Ranges.between("port", port, 0, 65_535);
    Ranges.between("maxSessions", maxSessions, 1, 100_000);
    Ranges.between("maxConnections", maxConnections, 1, 100_000);
    Ranges.duration("handshakeTimeout", handshakeTimeout, 1, Duration.ofHours(1).toMillis());
    Ranges.duration("sessionTimeout", sessionTimeout, 1, Duration.ofDays(30).toMillis());
    Ranges.between("rateLimit", rateLimit, 0, 1_000_000);
    Ranges.between("queueCapacity", queueCapacity, 1, 100_000);
    Ranges.between("maxSubscriptions", maxSubscriptions, 1, 100_000);
    Ranges.between("maxParameters", maxParameters, 1, 1_000_000);
    Ranges.duration("parameterLifetime", parameterLifetime, 1, MAX_LIFETIME_MILLIS);
    Ranges.duration("sweepInterval", sweepInterval, 1, Duration.ofDays(1).toMillis());
    Ranges.duration("gesturePause", gesturePause, 0, Duration.ofMinutes(1).toMillis());
    if (name.length() > 1_000) {
      throw new IllegalArgumentException("name has " + name.length() + " characters, over 1000");
    }
    tokens = tokens == null ? null : List.copyOf(tokens);
    manners = Set.copyOf(manners);
  }
}

package to.clasp.it;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.EmbeddedRouterBuilder;
import to.clasp.router.options.AccessToken;

/**
 * The router of a test: the embedded one, or the program that the system property {@value #PROGRAM}
 * names, so that the same tests hold for both. {@code interop/run router} sets it to a program that
 * starts CLASP's own router.
 */
abstract class TestRouter implements AutoCloseable {

  static final String PROGRAM = "clasp.router.program";

  static Builder builder() {
    return new Builder();
  }

  /** Whether tests run on a router that is not ours. */
  static boolean isProgram() {
    return System.getProperty(PROGRAM) != null;
  }

  abstract URI uri();

  /** Begins to listen; on the same port as before after {@link #stop}, and with nothing stored. */
  abstract TestRouter start();

  /** Ends all connections as a crash does. */
  abstract void stop();

  /** Ends all connections. A program is started anew for that, and has forgotten everything. */
  abstract void breakConnections();

  /** The embedded router, if that is what serves: for what only it can tell. */
  abstract Optional<EmbeddedRouter> embedded();

  @Override
  public final void close() {
    stop();
  }

  /** The options that both routers have. */
  static final class Builder {

    private final EmbeddedRouterBuilder embedded = EmbeddedRouter.builder().port(0);
    private final List<String> arguments = new ArrayList<>();

    private Builder option(String name, Object value) {
      arguments.add(name);
      arguments.add(value.toString());
      return this;
    }

    Builder name(String name) {
      embedded.name(name);
      return option("--name", name);
    }

    /** Limits messages a second and session; 0 for no limit. */
    Builder rateLimit(int perSecond) {
      embedded.rateLimit(perSecond);
      return option("--rate-limit", perSecond);
    }

    Builder maxSessions(int limit) {
      embedded.maxSessions(limit);
      return option("--max-sessions", limit);
    }

    Builder gesturePause(Duration pause) {
      embedded.gesturePause(pause);
      return option("--gesture-pause", pause.toMillis());
    }

    /** Lets the embedded router look often for what has expired; CLASP's own does once a minute. */
    Builder sweepSoon() {
      embedded.sweepInterval(Duration.ofMillis(100));
      return this;
    }

    Builder token(String token, String... scopes) {
      embedded.token(token, scopes);
      return option("--token", token + "=" + String.join(",", scopes));
    }

    Builder expiredToken(String token, String... scopes) {
      embedded.token(new AccessToken(token, List.of(scopes), Instant.EPOCH));
      return option("--expired-token", token + "=" + String.join(",", scopes));
    }

    TestRouter build() {
      String program = System.getProperty(PROGRAM);
      return program == null
          ? new InProcess(embedded.build())
          : new RouterProgram(Path.of(program), arguments);
    }

    TestRouter start() {
      return build().start();
    }
  }

  private static final class InProcess extends TestRouter {

    private final EmbeddedRouter router;

    InProcess(EmbeddedRouter router) {
      this.router = router;
    }

    @Override
    URI uri() {
      return router.uri();
    }

    @Override
    TestRouter start() {
      router.start();
      return this;
    }

    @Override
    void stop() {
      router.stop();
    }

    @Override
    void breakConnections() {
      router.disconnectAll();
    }

    @Override
    Optional<EmbeddedRouter> embedded() {
      return Optional.of(router);
    }
  }
}

package to.clasp.it;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspBuilder;
import to.clasp.client.ClaspException;
import to.clasp.client.ClientListener;
import to.clasp.client.SessionInfo;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;

/** Clients of one router, over a real WebSocket, that are closed together. */
final class ClientHarness implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI uri;
  private final Runnable closeRouter;
  private final List<Clasp> clients = new ArrayList<>();

  ClientHarness(TestRouter router) {
    this(router.uri(), router::close);
  }

  ClientHarness(EmbeddedRouter router) {
    this(router.uri(), router::close);
  }

  private ClientHarness(URI uri, Runnable closeRouter) {
    this.uri = uri;
    this.closeRouter = closeRouter;
  }

  /** Hears of sessions and errors. */
  static final class Events implements ClientListener {
    final Recorder<SessionInfo> sessions = new Recorder<>();
    final Recorder<CloseReason> interruptions = new Recorder<>();
    final Recorder<ClaspException> errors = new Recorder<>();

    @Override
    public void onConnected(SessionInfo session) {
      sessions.record(session);
    }

    @Override
    public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
      interruptions.record(reason);
    }

    @Override
    public void onRouterError(ClaspException error) {
      errors.record(error);
    }

    void awaitSessions(int count) {
      sessions.awaitThat(count + " sessions", TIMEOUT, all -> all.size() >= count);
    }

    void awaitError(ClaspException.Code code) {
      errors.await(ClaspException.class, error -> error.code() == code, TIMEOUT);
    }
  }

  /** Whatever a test leaves behind, but for threads of OkHttp and the JDK that are shared. */
  static LeakCheck watchForLeaks() {
    return LeakCheck.begin(
        thread ->
            thread.getName().startsWith("OkHttp TaskRunner")
                || thread.getName().equals("Okio Watchdog")
                || thread.getName().startsWith("process reaper"));
  }

  /** A client that connects again quickly. */
  ClaspBuilder builder(String name) {
    return Clasp.builder(uri)
        .name(name)
        .connection(
            ConnectionOptions.builder()
                .backoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(200), 2, 0.5))
                .build());
  }

  Clasp connect(String name) {
    return connect(builder(name));
  }

  Clasp connect(ClaspBuilder builder) {
    Clasp client = builder.connect();
    clients.add(client);
    return client;
  }

  static String sessionOf(Clasp client) {
    return client.session().orElseThrow().id();
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    clients.forEach(Clasp::close);
    closeRouter.run();
  }
}

package to.clasp.benchmarks.paths;

import java.net.URI;
import java.time.Duration;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspBuilder;
import to.clasp.transport.Backoff;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerLinkOptions;
import to.clasp.transport.peer.RtcConfig;

/** Clients whose direct path may be killed every second. */
public final class PeerClients {

  /** More than is sent, so that no limit plays a part. */
  public static final int MESSAGES_PER_SECOND = 100_000;

  /** So many updates may wait for a callback that is slow on purpose. */
  private static final int QUEUED_UPDATES = 1_000_000;

  /**
   * One for a callback that is slow, and one for the rest. A pool keeps the threads that it has
   * started, and whoever counts threads to see whether they grow must not count a pool that fills.
   */
  private static final int CALLBACK_THREADS = 2;

  private PeerClients() {}

  /**
   * Connects a client whose links stay on the loopback interface.
   *
   * @param router where
   * @param name also its peer id
   * @param renewAfterMessages see {@link RtcConfig#renewAfterMessages()}
   * @return a connected client
   */
  public static Clasp connect(URI router, String name, int renewAfterMessages) {
    RtcConfig config =
        RtcConfig.builder()
            .networkScope(NetworkScope.LOOPBACK)
            .renewAfterMessages(renewAfterMessages)
            .build();
    return builder(router, name, config).connect();
  }

  private static ClaspBuilder builder(URI router, String name, RtcConfig config) {
    // A path that is killed every second would be left alone for longer and longer.
    Backoff soon = new Backoff(Duration.ofMillis(100), Duration.ofMillis(200), 2, 0.5);
    return Clasp.builder(router)
        .name(name)
        .messagesPerSecond(MESSAGES_PER_SECOND)
        .maxQueuedUpdates(QUEUED_UPDATES)
        .dispatcherThreads(CALLBACK_THREADS)
        .withP2P(
            P2POptions.builder()
                .rtcConfig(config)
                .backoff(soon)
                .breakerFailures(100)
                .link(PeerLinkOptions.builder().stability(soon).build())
                .build());
  }
}

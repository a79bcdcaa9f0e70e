package to.clasp.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.router.transcript.Transcripts;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.vectors.RouterTranscript;
import to.clasp.testkit.vectors.TranscriptReplay;

/** The router answers over real sockets as the real router did in each recorded conversation. */
class TranscriptSocketTest {

  private final ObservedLoop loop = new ObservedLoop();
  private final Map<String, TestClient> clients = new HashMap<>();
  private long sent;

  static List<RouterTranscript> transcripts() {
    return RouterTranscript.loadAll();
  }

  @AfterEach
  void closeAll() {
    clients.values().forEach(TestClient::close);
    loop.close();
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void answersAsTheRealRouterDid(RouterTranscript transcript) {
    // A second in which all messages of one conversation fall, however slow the machine.
    try (EmbeddedRouter router =
        Transcripts.builder(transcript)
            .eventLoop(loop)
            .clock(() -> ManualEventLoop.START)
            .gesturePause(Duration.ofMillis(500))
            .start()) {
      TranscriptReplay.run(transcript, over(router));
    }
  }

  private TranscriptReplay.Clients over(EmbeddedRouter router) {
    return new TranscriptReplay.Clients() {
      @Override
      public void send(String client, byte[] message) {
        clients.computeIfAbsent(client, name -> TestClient.connect(router)).send(message);
        sent++;
        // The next message may be another client's, and must not overtake this one.
        long expected = sent;
        loop.awaitThat("handled " + expected, () -> router.stats().received() >= expected);
      }

      @Override
      public byte[] next(String client) {
        return Objects.requireNonNull(clients.get(client)).nextBytes();
      }

      @Override
      public void assertNothingMore(String client) {
        assertThat(Objects.requireNonNull(clients.get(client)).hasReceived()).isFalse();
        assertThat(Objects.requireNonNull(clients.get(client)).hasEnded()).isFalse();
      }
    };
  }
}

package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.PingMessage;
import to.clasp.testkit.vectors.RouterTranscript;
import to.clasp.testkit.vectors.TranscriptReplay;

/**
 * The router answers as CLASP's own did when the conversations were recorded. On CLASP's own this
 * tells whether the recordings still hold.
 */
class TranscriptTest {

  /** Longer than it takes to send some moves of a gesture one by one. */
  private static final Duration GESTURE_PAUSE = Duration.ofSeconds(1);

  private final Map<String, RawClient> clients = new HashMap<>();

  /** Whether the router reads what a client sends: its first message was HELLO. */
  private final Map<String, Boolean> read = new HashMap<>();

  static List<RouterTranscript> transcripts() {
    return RouterTranscript.loadAll();
  }

  @AfterEach
  void closeAll() {
    clients.values().forEach(RawClient::close);
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void answersAsTheRouterThatWasRecorded(RouterTranscript transcript) {
    TestRouter.Builder builder =
        TestRouter.builder().name("CLASP Router").gesturePause(GESTURE_PAUSE);
    transcript
        .tokens()
        .forEach((token, scopes) -> builder.token(token, scopes.toArray(String[]::new)));
    Integer rate = transcript.messagesPerSecond();
    if (rate != null) {
      builder.rateLimit(rate);
    }
    try (TestRouter router = builder.start()) {
      TranscriptReplay.run(transcript, over(router, transcript));
    }
  }

  private TranscriptReplay.Clients over(TestRouter router, RouterTranscript transcript) {
    // A PING counts for the rate, and is not answered where the router has stopped reading.
    boolean asks = transcript.messagesPerSecond() == null && transcript.tokens().isEmpty();
    return new TranscriptReplay.Clients() {
      @Override
      public void send(String name, byte[] message) {
        RawClient client = clients.computeIfAbsent(name, unknown -> new RawClient(router.uri()));
        client.send(message);
        boolean isRead =
            read.computeIfAbsent(
                name,
                first -> isFrame(message) && Frame.wrap(message).message() instanceof HelloMessage);
        if (asks && isRead) {
          awaitHandled(client);
        }
      }

      @Override
      public byte[] next(String client) {
        try {
          return Objects.requireNonNull(clients.get(client)).next();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError(e);
        }
      }

      @Override
      public void assertNothingMore(String client) {
        assertThat(Objects.requireNonNull(clients.get(client)).hasReceived()).isFalse();
        assertThat(Objects.requireNonNull(clients.get(client)).hasEnded()).isFalse();
      }
    };
  }

  private static boolean isFrame(byte[] message) {
    return message.length > 0 && message[0] == Frame.of(new PingMessage()).toByteArray()[0];
  }

  private static void awaitHandled(RawClient client) {
    try {
      client.awaitHandled();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}

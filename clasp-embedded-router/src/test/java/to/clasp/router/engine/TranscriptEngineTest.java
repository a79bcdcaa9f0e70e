package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.router.transcript.Transcripts;
import to.clasp.testkit.vectors.RouterTranscript;
import to.clasp.testkit.vectors.TranscriptReplay;

/** The engine answers as the real router did in each recorded conversation. */
class TranscriptEngineTest {

  static List<RouterTranscript> transcripts() {
    return RouterTranscript.loadAll();
  }

  @Test
  void hasAllTranscripts() {
    assertThat(transcripts()).hasSize(14);
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void answersAsTheRealRouterDid(RouterTranscript transcript) {
    EngineFixture fixture = new EngineFixture(Transcripts.options(transcript));
    Map<String, EngineFixture.Client> clients = new HashMap<>();
    TranscriptReplay.run(
        transcript,
        new TranscriptReplay.Clients() {
          @Override
          public void send(String client, byte[] message) {
            clients.computeIfAbsent(client, name -> fixture.connect()).send(message);
          }

          @Override
          public byte[] next(String client) {
            EngineFixture.Client receiver = Objects.requireNonNull(clients.get(client));
            if (receiver.received.isEmpty()) {
              // Held moves of gestures go out after a pause.
              fixture.advance(Duration.ofMillis(16));
            }
            assertThat(receiver.received).as("messages for " + client).isNotEmpty();
            return receiver.received.remove();
          }

          @Override
          public void assertNothingMore(String client) {
            fixture.advance(Duration.ofMillis(16));
            Objects.requireNonNull(clients.get(client)).assertNothing();
          }
        });
  }
}

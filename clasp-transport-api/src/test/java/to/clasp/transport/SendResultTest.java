package to.clasp.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SendResultTest {

  @Test
  void namesThePathOfWhatWasAccepted() {
    assertThat(SendResult.ROUTER.isAccepted()).isTrue();
    assertThat(SendResult.ROUTER.path()).isEqualTo(Path.ROUTER);
    assertThat(SendResult.P2P.path()).isEqualTo(Path.P2P);
    assertThat(SendResult.P2P).hasToString("ACCEPTED P2P");
  }

  @Test
  void hasNoPathForWhatWasNotAccepted() {
    assertThat(
            List.of(
                SendResult.BUFFER_FULL,
                SendResult.NOT_CONNECTED,
                SendResult.TOO_LARGE,
                SendResult.CLOSED))
        .allSatisfy(
            result -> {
              assertThat(result.isAccepted()).isFalse();
              assertThat(result.path()).isNull();
              assertThat(result.outcome()).isNull();
              assertThat(result).hasToString(result.status().toString());
            });
  }

  @Test
  void tellsTheOutcomeOfWhatWaitsLater() {
    CompletableFuture<Path> outcome = new CompletableFuture<>();

    SendResult result = SendResult.deferred(outcome);

    assertThat(result.status()).isEqualTo(SendResult.Status.DEFERRED);
    assertThat(result.isAccepted()).isTrue();
    assertThat(result.path()).isNull();
    assertThat(result.outcome()).isSameAs(outcome);
  }
}

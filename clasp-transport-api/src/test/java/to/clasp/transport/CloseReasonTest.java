package to.clasp.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CloseReasonTest {

  @ParameterizedTest
  @EnumSource(
      value = CloseReason.Code.class,
      names = {
        "LOCAL_CLOSE",
        "UNAUTHORIZED",
        "FORBIDDEN",
        "TLS_FAILED",
        "WRONG_SUBPROTOCOL",
        "NOT_A_ROUTER",
        "REJECTED",
        "SIGNAL_FORBIDDEN",
        "UNAVAILABLE",
        "INTERNAL"
      })
  void isNotWorthARetryWhenTheConfigurationMustChange(CloseReason.Code code) {
    assertThat(code.retryable()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = CloseReason.Code.class,
      names = {"REMOTE_CLOSE", "CONNECTION_REFUSED", "CONNECTION_LOST", "SILENT", "ICE_FAILED"})
  void isWorthARetryWhenTimeMayHeal(CloseReason.Code code) {
    assertThat(code.retryable()).isTrue();
  }

  @Test
  void becomesAnExceptionThatCarriesIt() {
    IOException cause = new IOException("reset");
    CloseReason reason =
        new CloseReason(CloseReason.Code.CONNECTION_LOST, "the connection broke", cause);

    TransportException exception = reason.toException();

    assertThat(exception).hasMessage("the connection broke").hasCause(cause);
    assertThat(exception.reason()).isSameAs(reason);
    assertThat(reason).hasToString("CONNECTION_LOST: the connection broke");
    assertThat(CloseReason.of(CloseReason.Code.IDLE, "idle").cause()).isNull();
  }
}

package to.clasp.hybrid.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;

class EndOfAttemptTest {

  private static final Set<Code> NEUTRAL =
      EnumSet.of(
          Code.LOCAL_CLOSE,
          Code.GLARE_YIELDED,
          Code.REPLACED,
          Code.EVICTED,
          Code.IDLE,
          Code.RECONNECT_REQUESTED);

  private static final Set<Code> HARD =
      EnumSet.of(
          Code.PEER_GONE,
          Code.SIGNAL_FORBIDDEN,
          Code.REJECTED,
          Code.IDENTITY_REFUSED,
          Code.UNAVAILABLE,
          Code.INTERNAL);

  private static EndOfAttempt judge(Code code, boolean byUs) {
    return EndOfAttempt.of(CloseReason.of(code, "by a test"), byUs);
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void everyReasonHasItsConsequence(Code code) {
    EndOfAttempt expected =
        NEUTRAL.contains(code)
            ? EndOfAttempt.NEUTRAL
            : HARD.contains(code) ? EndOfAttempt.HARD_FAILURE : EndOfAttempt.FAILURE;

    assertThat(judge(code, false)).isEqualTo(expected);
  }

  @Test
  void theLossOfTheRouterSaysNothingAboutThePeer() {
    assertThat(judge(Code.CONNECTION_LOST, true)).isEqualTo(EndOfAttempt.NEUTRAL);
    assertThat(judge(Code.CONNECTION_LOST, false)).isEqualTo(EndOfAttempt.FAILURE);
  }
}

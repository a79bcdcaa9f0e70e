package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Failures.Concern;
import to.clasp.core.message.ErrorMessage;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.PeerUnreachableException;

class FailuresTest {

  @ParameterizedTest
  @CsvSource({
    "202, invalid pattern: no, /a, BAD_PATTERN, SUBSCRIPTION",
    "300, Authentication required, , UNAUTHORIZED, SESSION",
    "301, Insufficient scope for write operation, /a, FORBIDDEN, WRITE",
    "301, Insufficient scope for publish operation, /a, FORBIDDEN, PUBLISH",
    "301, Insufficient scope for read operation, /a, FORBIDDEN, READ",
    "301, Insufficient scope for subscription, /a, FORBIDDEN, SUBSCRIPTION",
    "302, Token has expired, , UNAUTHORIZED, SESSION",
    "400, 'RevisionConflict { expected: 9, actual: 1 }', /a, REVISION_CONFLICT, WRITE",
    "400, 'LockHeld { holder: x }', /a, LOCKED, WRITE",
    "400, ConflictRejected, /a, REFUSED, WRITE",
    "403, refused by the validator, /a, FORBIDDEN, WRITE",
    "403, Bundle rejected: insufficient scope for SET to /b, /b, FORBIDDEN, BUNDLE",
    "404, Target session not found: x, /clasp/p2p/signal/x, PEER_UNREACHABLE, PUBLISH",
    "429, Rate limit exceeded: 30 messages/second, , RATE_LIMITED, SESSION",
    "429, Subscription limit reached (max 1000), /a, RATE_LIMITED, SUBSCRIPTION",
    "500, internal, , REFUSED, SESSION",
    "503, Buffer overflow, , REFUSED, SESSION"
  })
  void readsTheErrorsOfTheRouter(
      int code, String text, @Nullable String address, Code expected, Concern concern) {
    ErrorMessage error = new ErrorMessage(code, text, address, null);

    ClaspException failure = Failures.of(error);

    assertThat(failure.code()).isEqualTo(expected);
    assertThat(failure).hasMessageContaining(text);
    if (address != null) {
      assertThat(failure).hasMessageContaining(address);
    }
    assertThat(Failures.concernOf(error)).isEqualTo(concern);
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECTION_REFUSED, NOT_CONNECTED",
    "CONNECT_TIMEOUT, NOT_CONNECTED",
    "TLS_FAILED, NOT_CONNECTED",
    "NOT_A_ROUTER, NOT_CONNECTED",
    "UNAUTHORIZED, UNAUTHORIZED",
    "FORBIDDEN, FORBIDDEN",
    "LOCAL_CLOSE, CLOSED",
    "UNAVAILABLE, P2P_UNAVAILABLE"
  })
  void readsTheReasonsOfTransports(CloseReason.Code code, Code expected) {
    TransportException failure = CloseReason.of(code, "what to check").toException();

    assertThat(Failures.of(failure).code()).isEqualTo(expected);
    assertThat(Failures.of(failure)).hasMessage("what to check").hasCause(failure);
  }

  @Test
  void keepsItsOwnAndNamesThePeerAndWrapsTheRest() {
    ClaspException own = Failures.closed();
    assertThat(Failures.of(own)).isSameAs(own);

    ClaspException peer =
        Failures.of(
            new PeerUnreachableException(
                "b", CloseReason.of(CloseReason.Code.ICE_FAILED, "no pair")));
    assertThat(peer.code()).isEqualTo(Code.PEER_UNREACHABLE);
    assertThat(peer).hasMessageContaining("peer b").hasMessageContaining("no pair");

    IllegalStateException other = new IllegalStateException("odd");
    assertThat(Failures.of(other).code()).isEqualTo(Code.REFUSED);
    assertThat(Failures.of(other)).hasCause(other).hasMessage("odd");
  }
}

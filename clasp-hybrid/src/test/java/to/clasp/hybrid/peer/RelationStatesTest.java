package to.clasp.hybrid.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static to.clasp.transport.peer.PeerState.CLOSED;
import static to.clasp.transport.peer.PeerState.CONNECTED;
import static to.clasp.transport.peer.PeerState.CONNECTING;
import static to.clasp.transport.peer.PeerState.DISCONNECTED;
import static to.clasp.transport.peer.PeerState.FAILED;
import static to.clasp.transport.peer.PeerState.IDLE;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.transport.peer.PeerState;

class RelationStatesTest {

  /** As docs/peer-relation.md says. */
  private static final Map<PeerState, Set<PeerState>> ALLOWED =
      Map.of(
          IDLE, Set.of(CONNECTING, FAILED, CLOSED),
          CONNECTING, Set.of(CONNECTED, FAILED, IDLE, CLOSED),
          CONNECTED, Set.of(DISCONNECTED, IDLE, CLOSED),
          DISCONNECTED, Set.of(CONNECTED, CONNECTING, IDLE, CLOSED),
          FAILED, Set.of(CONNECTING, CLOSED),
          CLOSED, Set.of(CONNECTING, FAILED));

  static Stream<Arguments> allPairs() {
    return Arrays.stream(PeerState.values())
        .flatMap(from -> Arrays.stream(PeerState.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("allPairs")
  void allowsWhatTheTableSaysAndNothingElse(PeerState from, PeerState to) {
    if (from == to || Objects.requireNonNull(ALLOWED.get(from)).contains(to)) {
      assertThat(RelationStates.move(from, to)).isEqualTo(to);
    } else {
      assertThatThrownBy(() -> RelationStates.move(from, to))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(from.name())
          .hasMessageContaining(to.name());
    }
  }
}

package to.clasp.testkit.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.MessageType;

class RouterTranscriptTest {

  @Test
  void loadsAllConversationsWithTheirSteps() {
    List<RouterTranscript> all = RouterTranscript.loadAll();

    assertThat(all).hasSize(14);
    assertThat(all.stream().mapToInt(transcript -> transcript.steps().size()).sum()).isEqualTo(232);
    assertThat(all).extracting(RouterTranscript::name).doesNotHaveDuplicates();
  }

  @Test
  void readsTheFirstConversationFrameByFrame() {
    RouterTranscript handshake = RouterTranscript.load("handshake");

    assertThat(handshake.tokens()).isEmpty();
    assertThat(handshake.messagesPerSecond()).isNull();
    assertThat(handshake.steps())
        .extracting(step -> step.frame().messageType())
        .containsExactly(
            MessageType.HELLO,
            MessageType.WELCOME,
            MessageType.SNAPSHOT,
            MessageType.PING,
            MessageType.PONG,
            MessageType.SYNC,
            MessageType.SYNC);
    assertThat(handshake.steps())
        .extracting(RouterTranscript.Step::toRouter)
        .containsExactly(true, false, false, true, false, true, false);
  }

  @Test
  void readsWhatTheRouterWasGiven() {
    assertThat(RouterTranscript.load("rate-limit").messagesPerSecond()).isEqualTo(3);
    assertThat(RouterTranscript.load("auth").tokens())
        .isEqualTo(
            Map.of(
                "cpsk_full", List.of("read:/**", "write:/**"),
                "cpsk_ro", List.of("read:/a/**"),
                "cpsk_wo", List.of("write:/a/**"),
                "cpsk_admin", List.of("admin:/**")));
  }

  @Test
  void givesWhatRoutersSentAsFramesThatDecode() {
    assertThat(RouterTranscript.loadAll())
        .flatExtracting(RouterTranscript::steps)
        .filteredOn(step -> !step.toRouter())
        .extracting(RouterTranscript.Step::frame)
        .extracting(Frame::message)
        .doesNotContainNull();
  }

  @Test
  void namesWhatIsMissing() {
    assertThatThrownBy(() -> RouterTranscript.load("none of them"))
        .hasMessageContaining("none of them");
    assertThatThrownBy(() -> VectorFiles.load(RouterTranscriptTest.class, "absent.json"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("absent.json");
  }
}

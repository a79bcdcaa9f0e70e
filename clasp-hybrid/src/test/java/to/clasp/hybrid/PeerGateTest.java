package to.clasp.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.hybrid.PeerGate.Verdict;
import to.clasp.hybrid.route.Addressees;
import to.clasp.transport.peer.PeerPattern;

class PeerGateTest {

  private static final String MINE = "/peer/me/x";
  private static final String THEIRS = "/peer/they/x";

  private final PeerGate gate =
      new PeerGate("me", new Addressees(PeerPattern.parse("/peer/{id}/**")));

  private Verdict judge(Message message) {
    return gate.judge(Frame.of(message), "they");
  }

  static Stream<Arguments> verdicts() {
    return Stream.of(
        Arguments.of(set(MINE), Verdict.PASS),
        Arguments.of(set("/peer/me/a/b/c"), Verdict.PASS),
        Arguments.of(set("/peer/me/*"), Verdict.PASS),
        Arguments.of(set(THEIRS), Verdict.OWN),
        Arguments.of(set("/peer/me"), Verdict.OWN),
        Arguments.of(set("/peer/me2/x"), Verdict.OWN),
        Arguments.of(set("/peer/*/x"), Verdict.OWN),
        Arguments.of(set("/lights/1"), Verdict.OWN),
        Arguments.of(set("/clasp/p2p/signal/x"), Verdict.OWN),
        Arguments.of(publish(MINE, SignalType.EVENT), Verdict.PASS),
        Arguments.of(publish(MINE, SignalType.STREAM), Verdict.PASS),
        Arguments.of(publish(THEIRS, SignalType.EVENT), Verdict.OWN),
        Arguments.of(publish("/**", SignalType.EVENT), Verdict.OWN),
        Arguments.of(new GetMessage(MINE), Verdict.PASS),
        Arguments.of(new GetMessage(THEIRS), Verdict.OWN),
        Arguments.of(new GetMessage("/secret"), Verdict.OWN),
        Arguments.of(new PingMessage(), Verdict.PING),
        Arguments.of(new PongMessage(), Verdict.DROP),
        Arguments.of(snapshot(THEIRS), Verdict.PASS),
        Arguments.of(snapshot(THEIRS, MINE), Verdict.DROP),
        Arguments.of(snapshot("/lights/1"), Verdict.OWN),
        Arguments.of(snapshot(), Verdict.DROP),
        Arguments.of(new AckMessage(THEIRS, 1L, null, null, null), Verdict.PASS),
        Arguments.of(new AckMessage(MINE, 1L, null, null, null), Verdict.OWN),
        Arguments.of(new AckMessage(null, 1L, null, null, null), Verdict.DROP),
        Arguments.of(new ErrorMessage(404, "no", THEIRS, null), Verdict.PASS),
        Arguments.of(new ErrorMessage(404, "no", "/lights/1", null), Verdict.OWN),
        Arguments.of(new ErrorMessage(429, "no", null, null), Verdict.DROP),
        Arguments.of(bundle(set(MINE), publish(MINE, SignalType.EVENT)), Verdict.PASS),
        Arguments.of(bundle(set(MINE), set("/lights/1")), Verdict.DROP),
        Arguments.of(bundle(set("/a"), new GetMessage("/b")), Verdict.OWN),
        Arguments.of(bundle(set("/a"), snapshot("/b")), Verdict.DROP),
        Arguments.of(bundle(), Verdict.DROP),
        Arguments.of(new HelloMessage(1, Set.of(), "they", null), Verdict.DROP),
        Arguments.of(new WelcomeMessage(1, Set.of(), 0, "s", "they", null), Verdict.DROP),
        Arguments.of(new SubscribeMessage(1, "/peer/me/**", Set.of(), null), Verdict.DROP),
        Arguments.of(new UnsubscribeMessage(1), Verdict.DROP));
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void letsThroughWhatIsForUsAndAnswersAboutThemselves(Message message, Verdict expected) {
    assertThat(judge(message)).isEqualTo(expected);
  }

  /** Types that no peer may send, whatever is in them: the payload is not even looked at. */
  @ParameterizedTest
  @EnumSource(
      value = MessageType.class,
      names = {
        "HELLO",
        "WELCOME",
        "ANNOUNCE",
        "SUBSCRIBE",
        "UNSUBSCRIBE",
        "SYNC",
        "PONG",
        "QUERY",
        "RESULT",
        "REPLAY",
        "FEDERATION_SYNC"
      })
  void dropsWhatOnlyARouterOrClientOfItMaySay(MessageType type) {
    assertThat(gate.judge(raw(type.code(), new byte[0]), "they")).isEqualTo(Verdict.DROP);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x20, 0x21, 0x11, 0x22, 0x24, 0x30, 0x50, 0x51, 0xEE})
  void dropsWhatCannotBeRead(int type) {
    assertThat(gate.judge(raw(type, new byte[] {(byte) 0xFF, 1, 2}), "they"))
        .isEqualTo(Verdict.DROP);
  }

  @Test
  void followsThePattern() {
    PeerGate other = new PeerGate("me", new Addressees(PeerPattern.parse("/rig/{id}/in/**")));

    assertThat(other.judge(Frame.of(set("/rig/me/in/x")), "they")).isEqualTo(Verdict.PASS);
    assertThat(other.judge(Frame.of(set("/peer/me/x")), "they")).isEqualTo(Verdict.OWN);
    assertThat(other.judge(Frame.of(set("/rig/me/out/x")), "they")).isEqualTo(Verdict.OWN);
  }

  private static Frame raw(int type, byte[] rest) {
    byte[] payload = new byte[rest.length + 1];
    payload[0] = (byte) type;
    System.arraycopy(rest, 0, payload, 1, rest.length);
    byte[] frame = Frame.of(new PingMessage()).toByteArray();
    byte[] bytes = java.util.Arrays.copyOf(frame, 4 + payload.length);
    bytes[2] = (byte) (payload.length >> 8);
    bytes[3] = (byte) payload.length;
    System.arraycopy(payload, 0, bytes, 4, payload.length);
    return Frame.wrap(bytes);
  }

  private static SetMessage set(String address) {
    return SetMessage.of(address, Value.of(1L));
  }

  private static PublishMessage publish(String address, SignalType signal) {
    return PublishMessage.of(address, signal, Value.of(1L));
  }

  private static SnapshotMessage snapshot(String... addresses) {
    return new SnapshotMessage(
        Stream.of(addresses)
            .map(address -> new ParamState(address, Value.of(1L), 1, null, null))
            .toList());
  }

  private static BundleMessage bundle(Message... messages) {
    return new BundleMessage(null, List.of(messages));
  }
}

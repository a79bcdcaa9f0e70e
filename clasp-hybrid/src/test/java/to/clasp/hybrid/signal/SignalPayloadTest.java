package to.clasp.hybrid.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.core.value.Value;
import to.clasp.hybrid.identity.Seal;
import to.clasp.transport.peer.Signal;

class SignalPayloadTest {

  static java.util.stream.Stream<Signal> signals() {
    return java.util.stream.Stream.of(
        new Signal.Offer("x", "v=0\r\n", Map.of("clasp_link", "1")),
        new Signal.Answer("x", "v=0\r\n", Map.of()),
        new Signal.Candidate("x", "{\"candidate\":\"candidate:1\",\"sdpMid\":\"\"}"),
        new Signal.Connected("x"),
        new Signal.Disconnected("x", "done"),
        new Signal.Disconnected("x", null));
  }

  @ParameterizedTest
  @MethodSource("signals")
  void readsWhatItWrites(Signal signal) throws Exception {
    SignalPayload read =
        SignalPayload.read(
            SignalPayload.write(
                signal, "session", "desk", "session", new Seal("key", "signature")));

    assertThat(read.signal()).isEqualTo(signal);
    assertThat(read.from()).isEqualTo("session");
    assertThat(read.name()).isEqualTo("desk");
    assertThat(read.seal()).isEqualTo(new Seal("key", "signature"));
    assertThat(read.session()).isEqualTo("session");
  }

  @ParameterizedTest
  @MethodSource("signals")
  void writesTheKeysThatOtherImplementationsNeed(Signal signal) {
    Value.Dict map = SignalPayload.write(signal, "session", null, null, null);

    assertThat(map.text("from")).isEqualTo("session");
    assertThat(map.text("correlation_id")).isEqualTo("x");
    assertThat(map.get("name")).isNull();
    assertThat(map.get("session")).isNull();
  }

  @Test
  void readsThePayloadsOfOtherImplementations() throws Exception {
    Signal answer =
        read(
            "type",
            "answer",
            "from",
            "s",
            "correlation_id",
            "a-b-0.8437",
            "sdp",
            "v=0",
            "extra",
            "ignored unless a description");
    assertThat(answer)
        .isEqualTo(
            new Signal.Answer(
                "a-b-0.8437", "v=0", Map.of("extra", "ignored unless a description")));
    assertThat(read("type", "disconnected", "from", "s", "correlation_id", "c"))
        .isEqualTo(new Signal.Disconnected("c", null));
    assertThat(
            read(
                "type",
                "disconnected",
                "from",
                "s",
                "correlation_id",
                "c",
                "reason",
                "User requested disconnect"))
        .isEqualTo(new Signal.Disconnected("c", "User requested disconnect"));
  }

  @Test
  void boundsExtensionsAndReasons() throws Exception {
    Map<String, Value> map = new LinkedHashMap<>();
    map.put("type", Value.of("offer"));
    map.put("from", Value.of("s"));
    map.put("correlation_id", Value.of("c"));
    map.put("sdp", Value.of("v=0"));
    map.put("number", Value.of(1L));
    map.put("long", Value.of("x".repeat(1_025)));
    map.put("x".repeat(1_025), Value.of("x"));
    for (int i = 0; i < 100; i++) {
      map.put("key" + i, Value.of("value"));
    }
    Signal.Offer offer = (Signal.Offer) SignalPayload.read(new Value.Dict(map)).signal();
    assertThat(offer.extensions())
        .hasSize(16)
        .allSatisfy(
            (key, value) -> {
              assertThat(key).startsWith("key");
              assertThat(value).isEqualTo("value");
            });
    assertThat(
            read(
                "type",
                "disconnected",
                "from",
                "s",
                "correlation_id",
                "c",
                "reason",
                "r".repeat(60_000)))
        .isEqualTo(new Signal.Disconnected("c", "r".repeat(512)));
  }

  @Test
  void saysWhatIsWrong() {
    assertMalformed("a map", null);
    assertMalformed("type", dict("from", "s", "correlation_id", "c"));
    assertMalformed("from", dict("type", "offer", "correlation_id", "c", "sdp", "v=0"));
    assertMalformed("correlation_id", dict("type", "offer", "from", "s", "sdp", "v=0"));
    assertMalformed("sdp", dict("type", "offer", "from", "s", "correlation_id", "c"));
    assertMalformed("candidate", dict("type", "ice_candidate", "from", "s", "correlation_id", "c"));
    assertMalformed(
        "candidate",
        dict(
            "type",
            "ice_candidate",
            "from",
            "s",
            "correlation_id",
            "c",
            "candidate",
            "x".repeat(4_097)));
    assertMalformed("unknown type", dict("type", "dance", "from", "s", "correlation_id", "c"));
  }

  private static void assertMalformed(String about, @Nullable Value value) {
    assertThatThrownBy(() -> SignalPayload.read(value))
        .isInstanceOf(MalformedSignalException.class)
        .hasMessageContaining(about);
  }

  private static Signal read(String... keysAndValues) throws MalformedSignalException {
    return SignalPayload.read(dict(keysAndValues)).signal();
  }

  private static Value.Dict dict(String... keysAndValues) {
    Map<String, Value> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], Value.of(keysAndValues[i + 1]));
    }
    return new Value.Dict(map);
  }
}

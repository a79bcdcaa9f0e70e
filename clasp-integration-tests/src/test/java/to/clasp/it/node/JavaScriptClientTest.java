package to.clasp.it.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.client.Bundle;
import to.clasp.client.Clasp;
import to.clasp.client.SetOptions;
import to.clasp.client.Timeline;
import to.clasp.client.Timeline.Easing;
import to.clasp.client.Timeline.Keyframe;
import to.clasp.client.Update;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.Ttl;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;

/**
 * CLASP's JavaScript client and ours, through a router: every kind of message and value, in both
 * directions. What JavaScript does in its own way is pinned here, and listed in {@code
 * docs/interop.md}.
 */
@EnabledIfSystemProperty(named = NodeProgram.PACKAGES, matches = ".+")
class JavaScriptClientTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private EmbeddedRouter router;
  private Clasp java;
  private NodeProgram node;
  private final Recorder<Update> heard = new Recorder<>();

  @BeforeEach
  void connect() {
    router = EmbeddedRouter.builder().port(0).start();
    java = Clasp.builder(router.uri()).name("java").connect();
    node = NodeProgram.start("core-client.js", router.uri().toString());
  }

  @AfterEach
  void close() {
    node.close();
    java.close();
    router.close();
  }

  /** Hears what comes from now on; the marker tells when the subscription has taken effect. */
  private void listen(String pattern) throws Exception {
    var unused = java.on(pattern, heard::record);
    var unusedMarker = java.on("/marker/java", heard::record);
    java.set("/marker/java", true).get(30, TimeUnit.SECONDS);
    awaitUpdate("/marker/java");
  }

  private Update awaitUpdate(String address) {
    return heard.await(Update.class, update -> update.address().equals(address), TIMEOUT);
  }

  private void nodeListens(String pattern) {
    node.ask("on", "pattern", pattern);
    node.ask("on", "pattern", "/marker/node");
    node.ask("set", "address", "/marker/node", "value", Value.of(true));
    node.awaitHeard("/marker/node");
  }

  private static Value dict(Object... namesAndValues) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entries.put((String) namesAndValues[i], Value.of(namesAndValues[i + 1]));
    }
    return new Value.Dict(entries);
  }

  private static final Value NESTED =
      dict("a", List.of(1.5, List.of("x", dict("deep", true))), "b", dict("", dict("ä", 0.5)));

  // ---- Values

  static Stream<Arguments> fromJavaScript() {
    return Stream.of(
        Arguments.of("number 3", "{type:'number',value:'3'}", Value.of(3.0)),
        Arguments.of("number -0", "{type:'number',value:'-0'}", Value.of(-0.0)),
        Arguments.of("number NaN", "{type:'number',value:'NaN'}", Value.of(Double.NaN)),
        Arguments.of(
            "-Infinity", "{type:'number',value:'-Infinity'}", Value.of(Double.NEGATIVE_INFINITY)),
        Arguments.of(
            "beyond 2^53, rounded by JavaScript",
            "{type:'number',value:'9007199254740993'}",
            Value.of(9007199254740992.0)),
        Arguments.of("a BigInt is lost", "{type:'bigint',value:'5'}", Value.of((Object) null)),
        Arguments.of("bool", "{type:'bool',value:false}", Value.of(false)),
        Arguments.of("null", "{type:'null'}", Value.of((Object) null)),
        Arguments.of("empty text", "{type:'string',value:''}", Value.of("")),
        Arguments.of(
            "surrogate pairs",
            "{type:'string',value:'a\uD83C\uDFADb'}",
            Value.of("a\uD83C\uDFADb")),
        Arguments.of(
            "bytes",
            "{type:'bytes',value:'00ff5380'}",
            Value.Bytes.copyOf(new byte[] {0, (byte) 0xff, 0x53, (byte) 0x80})),
        Arguments.of("no bytes", "{type:'bytes',value:''}", Value.Bytes.copyOf(new byte[0])),
        Arguments.of("nested", Notation.write(NESTED).toString(), NESTED),
        Arguments.of("an empty list", "{type:'array',value:[]}", new Value.Array(List.of())),
        Arguments.of("an empty map", "{type:'map',value:{}}", dict()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fromJavaScript")
  void valuesOfJavaScriptArrive(String name, String notation, Value wanted) throws Exception {
    listen("/v/**");
    JsonElement value = JsonParser.parseString(notation);
    node.ask("set", "address", "/v/set", "value", value);
    node.ask("emit", "address", "/v/emit", "value", value);
    assertThat(awaitUpdate("/v/set").value()).as(name).isEqualTo(wanted);
    assertThat(awaitUpdate("/v/emit").value()).as(name).isEqualTo(wanted);
    assertThat(java.get("/v/set").get(30, TimeUnit.SECONDS)).isEqualTo(wanted);
  }

  static Stream<Arguments> fromJava() {
    return Stream.of(
        Arguments.of("integer", Value.of(42L), Notation.number(42)),
        Arguments.of(
            "beyond 2^53, rounded by JavaScript",
            Value.of(9007199254740993L),
            Notation.number(9007199254740992.0)),
        Arguments.of("integral double", Value.of(3.0), Notation.number(3)),
        Arguments.of("-0.0", Value.of(-0.0), Notation.number(-0.0)),
        Arguments.of("NaN", Value.of(Double.NaN), Notation.number(Double.NaN)),
        Arguments.of("bool", Value.of(true), Notation.write(Value.of(true))),
        Arguments.of("null", Value.of((Object) null), Notation.write(Value.of((Object) null))),
        Arguments.of(
            "surrogate pairs",
            Value.of("\uD83C\uDFAD\u0000"),
            Notation.write(Value.of("\uD83C\uDFAD\u0000"))),
        Arguments.of(
            "a byte order mark in front is lost",
            Value.of("\uFEFFx"),
            Notation.write(Value.of("x"))),
        Arguments.of(
            "bytes",
            Value.Bytes.copyOf(new byte[] {0, -1}),
            Notation.write(Value.Bytes.copyOf(new byte[] {0, -1}))),
        Arguments.of("nested", NESTED, Notation.write(NESTED)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fromJava")
  void valuesOfJavaArrive(String name, Value value, JsonObject wanted) throws Exception {
    nodeListens("/v/**");
    java.set("/v/set", value).get(30, TimeUnit.SECONDS);
    java.emit("/v/emit", value).get(30, TimeUnit.SECONDS);
    assertThat(node.awaitHeard("/v/set").get("value")).as(name).isEqualTo(wanted);
    assertThat(node.awaitHeard("/v/emit").get("value")).as(name).isEqualTo(wanted);
  }

  // ---- Messages

  @Test
  void everyKindOfMessageOfJavaScriptArrives() throws Exception {
    listen("/m/**");
    node.ask("set", "address", "/m/set", "value", Value.of(0.5));
    node.ask("emit", "address", "/m/emit", "value", Value.of("go"));
    node.ask("stream", "address", "/m/stream", "value", Value.of(0.25));
    node.ask(
        "gesture",
        "address",
        "/m/gesture",
        "gesture",
        7,
        "phase",
        "start",
        "value",
        dict("x", 1.0));
    node.ask(
        "gesture", "address", "/m/gesture", "gesture", 7, "phase", "end", "value", dict("x", 2.0));

    Update set = awaitUpdate("/m/set");
    assertThat(set.signal()).isEqualTo(SignalType.PARAM);
    assertThat(set.revision()).isEqualTo(1);
    assertThat(awaitUpdate("/m/emit").signal()).isEqualTo(SignalType.EVENT);
    Update stream = awaitUpdate("/m/stream");
    assertThat(stream.signal()).isEqualTo(SignalType.STREAM);
    assertThat(stream.timestamp()).isNotNull();
    Update end = heard.await(Update.class, update -> update.phase() == GesturePhase.END, TIMEOUT);
    assertThat(end.gestureId()).isEqualTo(7);
    assertThat(end.value()).isEqualTo(dict("x", 2.0));
    assertThat(awaitUpdate("/m/gesture").phase()).isEqualTo(GesturePhase.START);
  }

  /** Its codec leaves the keyframes of a timeline out. */
  @Test
  void aTimelineOfJavaScriptArrivesWithoutKeyframes() throws Exception {
    listen("/m/**");
    JsonElement frames = JsonParser.parseString("[{time:0,value:0},{time:1000000,value:1}]");
    node.ask("timeline", "address", "/m/timeline", "keyframes", frames);
    Update timeline = awaitUpdate("/m/timeline");
    assertThat(timeline.signal()).isEqualTo(SignalType.TIMELINE);
    assertThat(timeline.value()).isEqualTo(Value.of((Object) null));
  }

  @Test
  void everyKindOfMessageOfJavaArrives() throws Exception {
    nodeListens("/m/**");
    java.set("/m/set", 0.5).get(30, TimeUnit.SECONDS);
    java.set("/m/ttl", 0.5, SetOptions.DEFAULTS.withTtl(Ttl.sliding(60))).get(30, TimeUnit.SECONDS);
    java.emit("/m/emit", "go").get(30, TimeUnit.SECONDS);
    java.stream("/m/stream", 0.25).get(30, TimeUnit.SECONDS);
    java.gesture("/m/gesture", 7, GesturePhase.START, dict("x", 1.0)).get(30, TimeUnit.SECONDS);
    Timeline timeline =
        Timeline.of(
            new Keyframe(Duration.ZERO, Value.of(0.0), Easing.LINEAR),
            new Keyframe(Duration.ofSeconds(1), Value.of(1.0), Easing.STEP));
    java.timeline("/m/timeline", timeline).get(30, TimeUnit.SECONDS);

    JsonObject set = node.awaitHeard("/m/set");
    assertThat(set.get("value")).isEqualTo(Notation.number(0.5));
    // Its callbacks hear of the revision in snapshots only.
    assertThat(set.has("revision")).isFalse();
    assertThat(node.awaitHeard("/m/ttl").get("value")).isEqualTo(Notation.number(0.5));
    assertThat(node.awaitHeard("/m/emit").get("value")).isEqualTo(Notation.write(Value.of("go")));
    assertThat(node.awaitHeard("/m/stream").get("value")).isEqualTo(Notation.number(0.25));
    // It puts id and phase of a gesture into the value, if that is a map.
    assertThat(node.awaitHeard("/m/gesture").get("value"))
        .isEqualTo(Notation.write(dict("x", 1.0, "phase", "start", "gestureId", 7.0)));
    assertThat(node.awaitHeard("/m/timeline").get("value").toString()).contains("keyframes");
  }

  @Test
  void bundlesArriveTakenApart() throws Exception {
    listen("/b/**");
    JsonArray messages =
        JsonParser.parseString(
                "[{set:['/b/1',{type:'number',value:'1'}]},{emit:['/b/go',{type:'string',value:'now'}]},"
                    + "{set:['/b/2',{type:'number',value:'2'}]}]")
            .getAsJsonArray();
    node.ask("bundle", "messages", messages);
    assertThat(awaitUpdate("/b/1").value()).isEqualTo(Value.of(1.0));
    assertThat(awaitUpdate("/b/2").value()).isEqualTo(Value.of(2.0));
    assertThat(awaitUpdate("/b/go").value()).isEqualTo(Value.of("now"));

    nodeListens("/c/**");
    java.bundle(new Bundle().set("/c/1", 1).emit("/c/go", "now")).get(30, TimeUnit.SECONDS);
    assertThat(node.awaitHeard("/c/1").get("value")).isEqualTo(Notation.number(1));
    assertThat(node.awaitHeard("/c/go").get("value")).isEqualTo(Notation.write(Value.of("now")));
  }

  /** Its encoder has a buffer of 4 KiB for what is no single value. */
  @Test
  void aLargeBundleOfJavaScriptFailsThere() {
    JsonArray messages = new JsonArray();
    for (int i = 0; i < 200; i++) {
      JsonObject message = new JsonObject();
      JsonArray pair = new JsonArray();
      pair.add("/b/with/a/long/address/" + i);
      pair.add(Notation.write(Value.of("a text of some length")));
      message.add("set", pair);
      messages.add(message);
    }
    assertThatThrownBy(() -> node.ask("bundle", "messages", messages))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("RangeError");
  }

  @Test
  void getsAnswer() throws Exception {
    java.set("/g/java", dict("x", 1L)).get(30, TimeUnit.SECONDS);
    JsonObject entries = new JsonObject();
    entries.add("x", Notation.number(1));
    JsonObject wanted = new JsonObject();
    wanted.addProperty("type", "map");
    wanted.add("value", entries);
    assertThat(node.ask("get", "address", "/g/java")).isEqualTo(wanted);

    listen("/g/node");
    node.ask("set", "address", "/g/node", "value", Value.of("here"));
    awaitUpdate("/g/node");
    assertThat(java.get("/g/node").get(30, TimeUnit.SECONDS)).isEqualTo(Value.of("here"));
  }

  @Test
  void lateJoinersHearWhatWasSetBefore() throws Exception {
    java.set("/late/java", 1).get(30, TimeUnit.SECONDS);
    listen("/late/node");
    node.ask("set", "address", "/late/node", "value", Value.of(2.0));
    awaitUpdate("/late/node");

    try (Clasp late = Clasp.builder(router.uri()).name("late").connect();
        NodeProgram lateNode = NodeProgram.start("core-client.js", router.uri().toString())) {
      Recorder<Update> lateHeard = new Recorder<>();
      var unused = late.on("/late/*", lateHeard::record);
      lateHeard.await(Update.class, update -> update.address().equals("/late/node"), TIMEOUT);
      lateHeard.await(Update.class, update -> update.address().equals("/late/java"), TIMEOUT);
      lateNode.ask("on", "pattern", "/late/*");
      assertThat(lateNode.awaitHeard("/late/java").get("value")).isEqualTo(Notation.number(1));
      assertThat(lateNode.awaitHeard("/late/node").get("value")).isEqualTo(Notation.number(2));
    }
  }

  @Test
  void whatIsNotSubscribedToAnyMoreIsNotHeard() throws Exception {
    nodeListens("/off/**");
    java.emit("/off/1", 1).get(30, TimeUnit.SECONDS);
    node.awaitHeard("/off/1");
    node.ask("off", "pattern", "/off/**");
    node.ask("on", "pattern", "/after");
    java.emit("/off/2", 2).get(30, TimeUnit.SECONDS);
    java.set("/after", 3).get(30, TimeUnit.SECONDS);
    node.awaitHeard("/after");
    assertThat(node.all("heard"))
        .extracting(event -> event.get("address").getAsString())
        .doesNotContain("/off/2");
  }

  /** Its own matcher is narrower than the router: what was delivered reaches no callback. */
  @Test
  void theBaseOfAPatternIsDeliveredAndNotHeardByJavaScript() throws Exception {
    nodeListens("/base/**");
    java.set("/base", 1).get(30, TimeUnit.SECONDS);
    java.set("/base/x", 2).get(30, TimeUnit.SECONDS);
    node.awaitHeard("/base/x");
    assertThat(node.all("heard"))
        .extracting(event -> event.get("address").getAsString())
        .doesNotContain("/base");
    assertThat(node.ask("cached", "address", "/base")).isEqualTo(Notation.number(1));
  }

  @Test
  void manyMessagesKeepTheirOrderBothWays() throws Exception {
    listen("/many/node");
    nodeListens("/many/java");
    for (int i = 0; i < 300; i++) {
      node.ask("emit", "address", "/many/node", "value", Value.of((double) i));
      java.emit("/many/java", i).get(30, TimeUnit.SECONDS);
    }
    node.awaitHeard("/many/java", 300);
    heard.awaitThat(
        "300 values",
        TIMEOUT,
        all -> all.stream().filter(JavaScriptClientTest::isOfMany).count() >= 300);
    long[] wanted = LongStream.range(0, 300).toArray();
    assertThat(
            heard.events().stream()
                .filter(JavaScriptClientTest::isOfMany)
                .mapToLong(update -> update.value().asLong())
                .toArray())
        .isEqualTo(wanted);
    assertThat(
            node.all("heard").stream()
                .filter(event -> event.get("address").getAsString().equals("/many/java"))
                .mapToLong(event -> event.getAsJsonObject("value").get("value").getAsLong())
                .toArray())
        .isEqualTo(wanted);
  }

  private static boolean isOfMany(Update update) {
    return update.address().equals("/many/node");
  }
}

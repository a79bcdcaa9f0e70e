package to.clasp.it.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import to.clasp.cli.demo.DirectPath;
import to.clasp.client.Bundle;
import to.clasp.client.Clasp;
import to.clasp.client.Peer;
import to.clasp.client.Update;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.RtcConfig;

/**
 * Our JavaScript peer, in Node with the WebRTC of an npm package, and a Java peer: links that
 * either side offers, everything on both channels, and nothing lost when the path is cut.
 */
@EnabledIfSystemProperty(named = NodeProgram.PACKAGES, matches = ".+")
class JavaScriptPeerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private DirectPath path;
  private EmbeddedRouter router;
  private Clasp java;
  private NodeProgram node;
  private final Recorder<Update> heard = new Recorder<>();
  private final Recorder<PeerEvent> events = new Recorder<>();

  @BeforeEach
  void connect() {
    path = new DirectPath();
    router = EmbeddedRouter.builder().port(0).start();
    java =
        Clasp.builder(router.uri())
            .name("java")
            .withP2P(
                P2POptions.builder()
                    .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                    .build())
            .connect();
    java.onPeerEvent(events::record);
    var unused = java.on("/peer/java/**", heard::record);
    node = startNode("node");
    node.ask("on", "pattern", "/peer/node/**");
  }

  private NodeProgram startNode(String id) {
    return NodeProgram.start("p2p-peer.js", router.uri().toString(), id);
  }

  @AfterEach
  void close() {
    node.close();
    java.close();
    router.close();
    path.close();
  }

  private void javaLinks() throws Exception {
    var unused = java.connectPeer("node").get(30, TimeUnit.SECONDS);
    awaitPath(Path.P2P);
    node.await("path", event -> isDirect(event));
  }

  private void nodeLinks() {
    node.ask("link", "peer", "java");
    awaitPath(Path.P2P);
  }

  private static boolean isDirect(JsonObject event) {
    return event.get("path").isJsonPrimitive() && event.get("path").getAsString().equals("p2p");
  }

  private void awaitPath(Path wanted) {
    events.await(PeerEvent.PathChanged.class, event -> event.to() == wanted, TIMEOUT);
  }

  private Update awaitUpdate(String address) {
    return heard.await(Update.class, update -> update.address().equals(address), TIMEOUT);
  }

  private PeerRole role() {
    return events.await(PeerEvent.Connecting.class, event -> true, TIMEOUT).role();
  }

  // ---- Links

  @Test
  void javaOffers() throws Exception {
    javaLinks();
    assertThat(role()).isEqualTo(PeerRole.OFFERER);
    everythingTravelsDirectly();
  }

  @Test
  void nodeOffers() throws Exception {
    nodeLinks();
    assertThat(role()).isEqualTo(PeerRole.ANSWERER);
    everythingTravelsDirectly();
  }

  private void everythingTravelsDirectly() throws Exception {
    assertThat(node.ask("set", "address", "/peer/java/set", "value", Value.of(0.5)).getAsString())
        .isEqualTo("p2p");
    node.ask("emit", "address", "/peer/java/emit", "value", Value.of(9007199254740993L));
    node.ask(
        "gesture",
        "address",
        "/peer/java/gesture",
        "gesture",
        3,
        "phase",
        "end",
        "value",
        Value.of("up"));
    Update set = awaitUpdate("/peer/java/set");
    assertThat(set.path()).isEqualTo(Path.P2P);
    assertThat(set.source().peerId()).isEqualTo("node");
    assertThat(awaitUpdate("/peer/java/emit").value()).isEqualTo(Value.of(9007199254740993L));
    Update gesture = awaitUpdate("/peer/java/gesture");
    assertThat(gesture.phase()).isEqualTo(GesturePhase.END);
    assertThat(gesture.gestureId()).isEqualTo(3);

    assertThat(java.set("/peer/node/set", -0.0).get(30, TimeUnit.SECONDS).path())
        .isEqualTo(Path.P2P);
    java.emit("/peer/node/emit", 9007199254740993L).get(30, TimeUnit.SECONDS);
    JsonObject atNode = node.awaitHeard("/peer/node/set");
    assertThat(atNode.get("path").getAsString()).isEqualTo("p2p");
    assertThat(atNode.get("peer").getAsString()).isEqualTo("java");
    assertThat(atNode.get("value")).isEqualTo(Notation.number(-0.0));
    assertThat(node.awaitHeard("/peer/node/emit").get("value"))
        .isEqualTo(Notation.write(Value.of(9007199254740993L)));
  }

  @Test
  void streamsTakeTheUnreliableChannel() throws Exception {
    nodeLinks();
    node.ask("stream", "address", "/peer/java/stream", "value", Value.of(1.0));
    Update stream = awaitUpdate("/peer/java/stream");
    assertThat(stream.signal()).isEqualTo(SignalType.STREAM);
    assertThat(stream.path()).isEqualTo(Path.P2P);
    java.stream("/peer/node/stream", 2).get(30, TimeUnit.SECONDS);
    assertThat(node.awaitHeard("/peer/node/stream").get("path").getAsString()).isEqualTo("p2p");
  }

  @Test
  void getsAndBundlesTravelDirectly() throws Exception {
    javaLinks();
    JsonArray messages =
        JsonParser.parseString(
                "[{emit:['/peer/java/b/first',{type:'bool',value:true}]},"
                    + "{set:['/peer/java/b/x',{type:'number',value:'0.5'}]}]")
            .getAsJsonArray();
    assertThat(node.ask("bundle", "messages", messages).getAsString()).isEqualTo("p2p");
    assertThat(awaitUpdate("/peer/java/b/x").path()).isEqualTo(Path.P2P);
    assertThat(heard.events())
        .extracting(Update::address)
        .containsSubsequence("/peer/java/b/first", "/peer/java/b/x");
    assertThat(node.ask("get", "address", "/peer/java/b/x")).isEqualTo(Notation.number(0.5));

    java.bundle(new Bundle().set("/peer/node/b/x", 7L).emit("/peer/node/b/go", true))
        .get(30, TimeUnit.SECONDS);
    assertThat(node.awaitHeard("/peer/node/b/go").get("path").getAsString()).isEqualTo("p2p");
    assertThat(java.get("/peer/node/b/x").get(30, TimeUnit.SECONDS)).isEqualTo(Value.of(7.0));
  }

  @Test
  void largeValuesArriveWhole() throws Exception {
    nodeLinks();
    Value large = Value.Bytes.copyOf(new byte[60_000]);
    node.ask("set", "address", "/peer/java/large", "value", large);
    assertThat(awaitUpdate("/peer/java/large").value()).isEqualTo(large);
    java.set("/peer/node/large", large).get(30, TimeUnit.SECONDS);
    assertThat(node.awaitHeard("/peer/node/large").get("value")).isEqualTo(Notation.write(large));
  }

  // ---- Nothing is lost

  @Test
  void nothingIsLostWhenThePathIsCutAndComesBack() throws Exception {
    nodeLinks();
    node.ask("count", "address", "/peer/java/count", "pause", 4);
    heard.awaitThat("values", TIMEOUT, all -> countOf(Path.P2P) >= 50);
    events.clear();
    path.cut();
    awaitPath(Path.ROUTER);
    int sent = 0;
    for (; sent < 100; sent++) {
      java.emit("/peer/node/count", sent).get(30, TimeUnit.SECONDS);
    }
    heard.awaitThat("values by the router", TIMEOUT, all -> countOf(Path.ROUTER) >= 50);
    long before = countOf(Path.P2P);
    events.clear();
    path.restore();
    awaitPath(Path.P2P);
    for (; sent < 200; sent++) {
      java.emit("/peer/node/count", sent).get(30, TimeUnit.SECONDS);
    }
    heard.awaitThat("direct values", TIMEOUT, all -> countOf(Path.P2P) >= before + 50);
    int counted = node.ask("stopCounting").getAsInt();
    heard.awaitThat("all values", TIMEOUT, all -> counts(all).length >= counted);
    assertThat(counts(heard.events())).isEqualTo(LongStream.range(0, counted).toArray());
    node.awaitHeard("/peer/node/count", 200);
    assertThat(
            node.all("heard").stream()
                .filter(event -> event.get("address").getAsString().equals("/peer/node/count"))
                .mapToLong(event -> event.getAsJsonObject("value").get("value").getAsLong())
                .toArray())
        .isEqualTo(LongStream.range(0, 200).toArray());
    assertThat(node.all("undelivered")).isEmpty();
    assertThat(node.all("missing")).isEmpty();
  }

  private long countOf(Path wanted) {
    return heard.events().stream()
        .filter(update -> isCount(update) && update.path() == wanted)
        .count();
  }

  private static boolean isCount(Update update) {
    return update.address().equals("/peer/java/count");
  }

  private static long[] counts(List<Update> updates) {
    return updates.stream()
        .filter(JavaScriptPeerTest::isCount)
        .mapToLong(update -> update.value().asLong())
        .toArray();
  }

  @Test
  void aLinkOutlivesTheRouter() throws Exception {
    nodeLinks();
    int port = router.port();
    router.close();
    node.ask("emit", "address", "/peer/java/alone", "value", Value.of(true));
    assertThat(awaitUpdate("/peer/java/alone").path()).isEqualTo(Path.P2P);
    java.emit("/peer/node/alone", true).get(30, TimeUnit.SECONDS);
    node.awaitHeard("/peer/node/alone");

    router = EmbeddedRouter.builder().port(port).start();
    var unused = java.on("/elsewhere", heard::record);
    node.ask("set", "address", "/elsewhere", "value", Value.of(1.0));
    awaitUpdate("/elsewhere");
  }

  @Test
  void aPeerThatStartsAnewUnderItsIdIsAnotherLife() throws Exception {
    nodeLinks();
    node.ask("emit", "address", "/peer/java/before", "value", Value.of(true));
    awaitUpdate("/peer/java/before");
    events.clear();
    node.kill();
    node = startNode("node");
    node.ask("on", "pattern", "/peer/node/**");
    node.ask("emit", "address", "/peer/java/after", "value", Value.of(true));
    awaitUpdate("/peer/java/after");
    var unused = events.await(PeerEvent.Restarted.class, event -> true, TIMEOUT);
    nodeLinks();
    everythingTravelsDirectly();
  }

  // ---- What is between two peers alone

  @Test
  void peersTalkAtAddressesOfTheirOwnAndOverFurtherChannels() throws Exception {
    nodeLinks();
    Peer peer = java.p2p().peer("node").orElseThrow();
    var unused = peer.on("/own/**", heard::record);
    var unusedControl = peer.on("/control/**", heard::record);
    node.ask("peerOn", "peer", "java", "pattern", "/own/**");
    node.ask("peerOn", "peer", "java", "pattern", "/control/**");

    node.ask("setOwn", "peer", "java", "address", "/own/node", "value", Value.of(1.0));
    assertThat(awaitUpdate("/own/node").source().peerId()).isEqualTo("node");
    peer.set("/own/java", 2L).get(30, TimeUnit.SECONDS);
    assertThat(node.awaitHeard("/own/java").get("value")).isEqualTo(Notation.number(2));
    assertThat(node.ask("getOwn", "peer", "java", "address", "/own/java"))
        .isEqualTo(Notation.number(2));
    assertThat(peer.get("/own/node").get(30, TimeUnit.SECONDS)).isEqualTo(Value.of(1.0));

    JsonObject options = JsonParser.parseString("{maxRetransmits:0}").getAsJsonObject();
    node.ask("openChannel", "peer", "java", "label", "/control", "options", options);
    node.await("channel-open", event -> event.get("label").getAsString().equals("/control"));
    node.ask("setOwn", "peer", "java", "address", "/control/node", "value", Value.of(3.0));
    assertThat(awaitUpdate("/control/node").value()).isEqualTo(Value.of(3.0));
    peer.set("/control/java", 4L).get(30, TimeUnit.SECONDS);
    assertThat(node.awaitHeard("/control/java").get("value")).isEqualTo(Notation.number(4));
  }

  @Test
  void twoPeersInNodeLinkAndOpenTheirOwnChannels() {
    try (NodeProgram other = startNode("other")) {
      other.ask("peerOn", "peer", "node", "pattern", "/x/**");
      node.ask("link", "peer", "other");
      node.ask("setOwn", "peer", "other", "address", "/x/y", "value", Value.of("hello"));
      assertThat(other.awaitHeard("/x/y").get("path").getAsString()).isEqualTo("p2p");

      JsonObject options =
          JsonParser.parseString("{ordered:false,maxRetransmits:0}").getAsJsonObject();
      node.ask("openChannel", "peer", "other", "label", "/video", "options", options);
      node.await("channel-open", event -> true);
      other.await("channel-open", event -> event.get("label").getAsString().equals("/video"));
      other.ask("sendOnChannel", "label", "/video", "data", "picture");
      assertThat(node.await("channel-message", event -> true).get("data").getAsString())
          .isEqualTo("picture");
    }
  }
}

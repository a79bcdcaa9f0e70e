package to.clasp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.Path;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/** Peers with everything real: router, WebSocket, WebRTC on the loopback interface. */
class PeerCommandTest {

  private Leaks leaks;
  private EmbeddedRouter router;
  private String url;

  @BeforeEach
  void startRouter() {
    leaks = new Leaks();
    router = EmbeddedRouter.builder().port(0).start();
    url = router.uri().toString();
  }

  @AfterEach
  void leaveNothingBehind() {
    router.close();
    leaks.assertNone();
  }

  private Cli startPeer(String id, String... more) {
    String[] args = new String[more.length + 5];
    args[0] = "peer";
    args[1] = id;
    args[2] = "-r";
    args[3] = url;
    args[4] = "--loopback";
    System.arraycopy(more, 0, args, 5, more.length);
    return Cli.start(args);
  }

  @Test
  void echoesToALinkedPeerDirectly() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    try (Cli stage = startPeer("stage", "--echo")) {
      stage.awaitLine("reachable at /peer/stage/** through " + url);
      try (Clasp desk =
          Clasp.builder(url)
              .name("desk")
              .withP2P(
                  P2POptions.builder()
                      .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                      .build())
              .connect()) {
        desk.on("/peer/desk/**", heard::record);
        desk.set("/peer/stage/first", 1).get(10, TimeUnit.SECONDS);
        desk.connectPeer("stage").get(30, TimeUnit.SECONDS);
        assertThat(desk.emit("/peer/stage/echo/hello", 5).get(10, TimeUnit.SECONDS).path())
            .isEqualTo(Path.P2P);

        Update answer = heard.await(Update.class, Cli.TIMEOUT);
        assertThat(answer.address()).isEqualTo("/peer/desk/echo/hello");
        assertThat(answer.value().asLong()).isEqualTo(5);
        assertThat(answer.path()).isEqualTo(Path.P2P);
        assertThat(answer.source().peerId()).isEqualTo("stage");
        stage.awaitLine("/peer/stage/echo/hello = 5  event  directly from desk");
        stage.awaitLine("linked with desk");
        // The way back is another one: it may be told after what came by this one.
        stage.awaitLine("values for desk travel directly");
      }
      assertThat(stage.interrupt()).isEqualTo(130);
    }
  }

  @Test
  void echoesThroughTheRouterToThePeerThatTheAddressNames() throws Exception {
    Recorder<Update> heard = new Recorder<>();
    try (Cli stage = startPeer("stage", "--echo");
        Clasp desk = Clasp.builder(url).name("desk").connect()) {
      stage.awaitLine("reachable at /peer/stage/** through " + url);
      desk.on("/peer/desk/**", heard::record);
      desk.set("/peer/stage/echo/desk/fader", 0.5).get(10, TimeUnit.SECONDS);

      Update answer = heard.await(Update.class, Cli.TIMEOUT);
      assertThat(answer.address()).isEqualTo("/peer/desk/echo/desk/fader");
      assertThat(answer.value().asDouble()).isEqualTo(0.5);
      assertThat(answer.path()).isEqualTo(Path.ROUTER);
    }
  }

  @Test
  void linksTwoPeersAndPrintsOneObjectForEachEvent() throws Exception {
    try (Cli stage = startPeer("stage", "--json", "--echo");
        Clasp anyone = Clasp.builder(url).name("anyone").connect()) {
      anyone.set("/peer/stage/ready", 1).get(10, TimeUnit.SECONDS);
      stage.awaitObject("address", "/peer/stage/ready");
      try (Cli desk = startPeer("desk", "--json", "--echo", "--link", "stage")) {
        assertThat(desk.awaitObject("event", "path").get("to").getAsString()).isEqualTo("p2p");
        stage.awaitObject("event", "connected");
        anyone.set("/peer/stage/echo/desk/x", "hi").get(10, TimeUnit.SECONDS);

        var answer = desk.awaitObject("address", "/peer/desk/echo/desk/x");
        assertThat(answer.get("value").getAsString()).isEqualTo("hi");
        assertThat(answer.get("path").getAsString()).isEqualTo("p2p");
        assertThat(answer.get("peer").getAsString()).isEqualTo("stage");
        assertThat(desk.interrupt()).isEqualTo(130);
      }
      assertThat(stage.awaitObject("to", "router").get("event").getAsString()).isEqualTo("path");
    }
  }

  @Test
  void linksAsSoonAsThePeerIsThere() {
    try (Cli desk = startPeer("desk", "--json", "--link", "stage")) {
      assertThat(desk.awaitObject("event", "failed").get("peer").getAsString()).isEqualTo("stage");
      try (Cli stage = startPeer("stage", "--json")) {
        desk.awaitObject("event", "connected");
        stage.awaitObject("event", "connected");
      }
    }
  }

  @Test
  void refusesToLinkWithItself() {
    Cli desk = startPeer("desk", "--link", "desk");
    assertThat(desk.exitCode()).isEqualTo(64);
    assertThat(desk.err()).singleElement().asString().contains("our own peer id");
  }
}

package to.clasp.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;
import static to.clasp.it.ClientHarness.sessionOf;
import static to.clasp.it.RustPeer.and;
import static to.clasp.it.RustPeer.with;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspBuilder;
import to.clasp.client.Update;
import to.clasp.core.codec.Frame;
import to.clasp.core.value.Value;
import to.clasp.hybrid.HybridProvider;
import to.clasp.testkit.fault.Fault;
import to.clasp.testkit.fault.Faults;
import to.clasp.testkit.fault.FaultyTransport;
import to.clasp.testkit.fault.Seed;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Path;
import to.clasp.transport.Transport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerState;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProviders;
import to.clasp.transport.webrtc.WebRtcPeerTransportProvider;

/** Direct links with CLASP's Rust client, whose deviations are those of docs/interop.md. */
@EnabledIfSystemProperty(
    named = RustPeer.PROGRAM,
    matches = ".+",
    disabledReason = "needs CLASP's Rust client; interop/run rust-client builds it")
class RustPeerTest {

  private final Recorder<Update> received = new Recorder<>();
  private final Recorder<PeerEvent> events = new Recorder<>();
  private TestRouter router;
  private ClientHarness clients;
  private RustPeer rust;

  @BeforeEach
  void start() throws IOException {
    router = TestRouter.builder().start();
    clients = new ClientHarness(router);
    rust = new RustPeer(router.uri(), "--timeout", "3");
  }

  @AfterEach
  void close() throws InterruptedException {
    rust.close();
    clients.close();
  }

  private ClaspBuilder builder() {
    return clients
        .builder("desk")
        .withP2P(P2POptions.builder().connectTimeout(Duration.ofSeconds(20)).build());
  }

  private Clasp desk() {
    return desk(builder());
  }

  private Clasp desk(ClaspBuilder builder) {
    Clasp desk = clients.connect(builder);
    desk.onPeerEvent(events::record);
    desk.on("/peer/desk/**", received::record);
    return desk;
  }

  private void assertCarriesBothWays(Clasp desk, String rustId) throws Exception {
    assertThat(get(desk.set("/peer/" + rustId + "/level", 0.5)).path()).isEqualTo(Path.P2P);
    JsonObject level = rust.awaitFrame("/peer/" + rustId + "/level");
    assertThat(level.get("reliable").getAsBoolean()).isTrue();
    assertThat(level.getAsJsonObject("frame").get("kind").getAsString()).isEqualTo("set");
    assertThat(level.getAsJsonObject("frame").get("value").getAsDouble()).isEqualTo(0.5);

    String address = "/peer/desk/from-rust";
    assertThat(rust.send(sessionOf(desk), true, "set", address, 7)).isEqualTo("P2P");
    assertThat(rust.send(sessionOf(desk), true, "event", "/peer/desk/event", "x")).isEqualTo("P2P");
    received.awaitThat("the reliable ones", TIMEOUT, all -> all.size() >= 2);
    assertThat(received.events()).allMatch(update -> update.path() == Path.P2P);
    assertThat(received.events())
        .extracting(Update::value)
        .containsExactly(Value.of(7L), Value.of("x"));

    // Each of these may be lost, and at first the channel may not be open.
    while (rust.events("data").stream().allMatch(one -> one.get("reliable").getAsBoolean())) {
      get(desk.stream("/peer/" + rustId + "/stream", 1));
      rust.command("connected", with("peer", sessionOf(desk)));
    }
    int before = received.events().size();
    while (received.events().size() == before) {
      assertThat(rust.send(sessionOf(desk), false, "stream", "/peer/desk/stream", 2))
          .isEqualTo("P2P");
    }
    assertThat(received.events().get(before).path()).isEqualTo(Path.P2P);
  }

  @Test
  void javaOffers() throws Exception {
    Clasp desk = desk();
    String rustId = rust.session();

    assertThat(get(desk.connectPeer(rustId)).state()).isEqualTo(PeerState.CONNECTED);

    rust.await("connected");
    assertCarriesBothWays(desk, rustId);
  }

  @Test
  void rustOffers() throws Exception {
    Clasp desk = desk();
    rust.session();

    rust.connect(sessionOf(desk));

    String rustId = events.await(PeerEvent.Connected.class, TIMEOUT).peerId();
    rust.await("connected");
    assertCarriesBothWays(desk, rustId);
  }

  @Test
  void aNewcomerLinksToARustPeerThatAnnouncedItselfBefore() throws Exception {
    Recorder<Update> announcements = new Recorder<>();
    Clasp witness = clients.connect("witness");
    witness.on("/clasp/p2p/announce", announcements::record);
    get(witness.set("/subscribed", true));
    try (RustPeer early = new RustPeer(router.uri())) {
      String rustId = early.session();
      announcements.await(
          Update.class, update -> update.value().toString().contains(rustId), TIMEOUT);
      Clasp desk = desk();

      assertThat(get(desk.connectPeer(rustId)).state()).isEqualTo(PeerState.CONNECTED);
    }
  }

  @Test
  void rustHearsOfOnesThatComeLater() {
    rust.session();
    List<String> newcomers = new ArrayList<>();
    // It tells of its session before it has subscribed, so that the first may come too early.
    do {
      ClaspBuilder newcomer = clients.builder("newcomer-" + newcomers.size());
      newcomers.add(sessionOf(clients.connect(newcomer.withP2P(P2POptions.DEFAULTS))));
    } while (!rust.happens("announced", Duration.ofSeconds(2)) && newcomers.size() < 20);

    JsonObject announced = rust.await("announced");

    assertThat(newcomers).contains(announced.get("peer").getAsString());
    assertThat(announced.getAsJsonArray("features").asList().stream().map(one -> one.getAsString()))
        .contains("webrtc", "reliable", "unreliable");
  }

  @Test
  void whenBothOfferALinkComesOfItInTheEnd() throws Exception {
    Clasp desk = desk();
    String rustId = rust.session();
    var linked = desk.connectPeer(rustId);

    rust.connect(sessionOf(desk));

    assertThat(get(linked).state()).isEqualTo(PeerState.CONNECTED);
    assertThat(get(desk.set("/peer/" + rustId + "/x", 1)).path()).isEqualTo(Path.P2P);
    rust.awaitFrame("/peer/" + rustId + "/x");
  }

  /** A hybrid to which some of the signals come late, so that those after them overtake them. */
  private Transport disordered(Seed seed, TransportContext context) {
    Transport toRouter =
        TransportProviders.shared()
            .forUri(router.uri())
            .create(router.uri(), ConnectionOptions.DEFAULTS, context);
    Fault<Frame> late =
        Faults.only(
            frame -> frame.addressStartsWith("/clasp/p2p/signal/".getBytes(UTF_8)),
            Faults.reorder(0.5, Duration.ofMillis(200)));
    return new HybridProvider()
        .create(
            new FaultyTransport(toRouter, List.of(), List.of(late), seed, context),
            new WebRtcPeerTransportProvider(),
            P2POptions.builder().peerId("desk").build(),
            context);
  }

  @Test
  void candidatesThatOvertakeTheirOfferAreUsed() throws Exception {
    Seed seed = Seed.fresh();
    Clasp desk = desk(clients.builder("desk").transport(context -> disordered(seed, context)));
    rust.session();

    rust.connect(sessionOf(desk));

    String rustId = events.await(PeerEvent.Connected.class, TIMEOUT).peerId();
    assertThat(get(desk.set("/peer/" + rustId + "/x", 1)).path())
        .as(seed.toString())
        .isEqualTo(Path.P2P);
    rust.awaitFrame("/peer/" + rustId + "/x");
  }

  @Test
  void rustDisconnects() throws Exception {
    Clasp desk = desk();
    try (RustPeer other = new RustPeer(router.uri(), "--own-manager", "true")) {
      String rustId = other.session();
      get(desk.connectPeer(rustId));
      other.await("connected");

      other.command("disconnect", with("peer", sessionOf(desk)));

      events.await(PeerEvent.Closed.class, TIMEOUT);
      assertThat(get(desk.set("/peer/" + rustId + "/x", 1)).path()).isEqualTo(Path.ROUTER);
    }
  }

  @Test
  void javaDisconnects() throws Exception {
    Clasp desk = desk();
    String rustId = rust.session();
    get(desk.connectPeer(rustId));
    rust.await("connected");

    desk.disconnectPeer(rustId);

    assertThat(rust.await("disconnected").get("peer").getAsString()).isEqualTo(sessionOf(desk));
    // It says Relay, and sends nothing.
    assertThat(rust.send(sessionOf(desk), true, "set", "/peer/desk/lost", 1)).isEqualTo("Relay");
    rust.command("set", and(with("address", "/peer/desk/sent"), "value", 2));
    received.await(Update.class, TIMEOUT);
    assertThat(received.events()).extracting(Update::address).containsExactly("/peer/desk/sent");
  }

  @Test
  void aRustPeerThatDiesIsLeftForTheRouterAndToldToBeGone() throws Exception {
    Clasp desk = desk();
    String rustId = rust.session();
    get(desk.connectPeer(rustId));
    rust.await("connected");

    rust.kill();

    events.await(
        PeerEvent.PathChanged.class, change -> change.to() == Path.ROUTER, Duration.ofSeconds(60));
    assertThat(get(desk.set("/peer/" + rustId + "/x", 1)).path()).isEqualTo(Path.ROUTER);
  }

  @Test
  void rustGivesUpOnAClientWithoutDirectLinks() {
    Clasp plain = clients.connect(clients.builder("plain"));
    rust.session();

    rust.connect(sessionOf(plain));

    assertThat(rust.await("failed").get("reason").getAsString()).contains("timed out");
    assertThat(rust.send(sessionOf(plain), true, "set", "/x", 1)).isEqualTo("Relay");
  }

  @Test
  void bytesThatAreNoFramesAreCountedAndDropped() throws Exception {
    Clasp desk = desk();
    String rustId = rust.session();
    get(desk.connectPeer(rustId));
    rust.await("connected");
    JsonObject raw = and(and(with("peer", sessionOf(desk)), "reliable", true), "hex", "00ff17");

    rust.command("send", raw);
    rust.send(sessionOf(desk), true, "set", "/peer/desk/after", 1);

    received.await(Update.class, TIMEOUT);
    assertThat(received.events()).hasSize(1);
    assertThat(desk.peer(rustId).orElseThrow().framesDropped()).isEqualTo(1);
  }

  @Test
  void theLinkOutlivesTheRouter() throws Exception {
    Clasp desk = desk();
    String rustId = rust.session();
    get(desk.connectPeer(rustId));
    rust.await("connected");
    String session = sessionOf(desk);

    router.stop();

    assertThat(get(desk.set("/peer/" + rustId + "/x", 1)).path()).isEqualTo(Path.P2P);
    rust.awaitFrame("/peer/" + rustId + "/x");
    rust.send(session, true, "set", "/peer/desk/x", 2);
    received.await(Update.class, TIMEOUT);
  }
}

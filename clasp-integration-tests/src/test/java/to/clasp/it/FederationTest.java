package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspBuilder;
import to.clasp.client.Update;
import to.clasp.core.value.Value;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.peer.P2POptions;

/**
 * Clients of two federated routers of CLASP: what reaches one of them from the other, and what does
 * not. Here a router is the leaf of the other, its hub.
 */
@EnabledIfSystemProperty(
    named = TestRouter.PROGRAM,
    matches = ".+",
    disabledReason = "needs CLASP's router; interop/run router builds it")
class FederationTest {

  private static final int EXCHANGES = 3;

  private final List<ClientHarness> harnesses = new ArrayList<>();
  private final Recorder<Update> atLeaf = new Recorder<>();
  private final Recorder<Update> atHub = new Recorder<>();
  private TestRouter hub;
  private Clasp hubClient;

  @BeforeEach
  void startHub() {
    hub = TestRouter.builder().start();
    hubClient = client(hub, "at-hub");
    var unused = hubClient.on("/site/**", atHub::record);
  }

  @AfterEach
  void close() {
    harnesses.forEach(ClientHarness::close);
  }

  private static TestRouter router(String... options) {
    return new RouterProgram(Path.of(System.getProperty(TestRouter.PROGRAM)), List.of(options));
  }

  private TestRouter startLeaf(String namespace) {
    return router("--hub", hub.uri().toString(), "--namespace", namespace).start();
  }

  private Clasp client(TestRouter router, String name) {
    return client(router, name, builder -> builder);
  }

  private Clasp client(TestRouter router, String name, UnaryOperator<ClaspBuilder> options) {
    ClientHarness harness = new ClientHarness(router);
    harnesses.add(harness);
    return harness.connect(options.apply(harness.builder(name)));
  }

  /** The hub tells nobody that a leaf has come: events of the hub get through from then on. */
  private static void awaitEvents(Clasp from, String address, Recorder<Update> to)
      throws Exception {
    int before = to.events().size();
    while (to.events().size() == before) {
      get(from.emit(address, "probe"));
      // Takes as long as the router does.
      get(from.set("/pace", true));
    }
  }

  private Clasp clientOfLeaf(TestRouter leaf) throws Exception {
    Clasp client = client(leaf, "at-leaf");
    var unused = client.on("/site/**", atLeaf::record);
    awaitEvents(hubClient, "/site/probe", atLeaf);
    return client;
  }

  private static Update await(Recorder<Update> heard, String address) {
    return heard.await(Update.class, update -> update.address().equals(address), TIMEOUT);
  }

  private List<Value> heardAtLeaf(String address) {
    return atLeaf.events().stream()
        .filter(update -> update.address().equals(address))
        .map(Update::value)
        .toList();
  }

  /** What has come from the hub before is heard at the leaf then. */
  private void awaitMark(String address) throws Exception {
    get(hubClient.emit(address, true));
    var unused = await(atLeaf, address);
  }

  /** What the hub keeps at this moment, as one who comes then hears it. */
  private List<String> keptByHub() throws Exception {
    Recorder<Update> kept = new Recorder<>();
    Clasp late = client(hub, "late");
    var unused = late.on("/**", kept::record);
    get(late.set("/mark-of-late", true));
    var unusedMark = await(kept, "/mark-of-late");
    return kept.events().stream().map(Update::address).toList();
  }

  @Test
  void whatTheHubKeepsComesToALeafThatStartsLaterWhateverItsNamespace() throws Exception {
    get(hubClient.set("/site/kept", 1));
    get(hubClient.set("/elsewhere/kept", 2));

    Clasp client = client(startLeaf("/site/**"), "at-leaf");
    var unused = client.on("/**", atLeaf::record);

    assertThat(await(atLeaf, "/site/kept").value()).isEqualTo(Value.of(1L));
    assertThat(await(atLeaf, "/elsewhere/kept").value()).isEqualTo(Value.of(2L));
    assertThat(get(client.get("/site/kept"))).isEqualTo(Value.of(1L));
  }

  @Test
  void eventsAndStreamsOfTheHubReachTheLeafWithinItsNamespace() throws Exception {
    var unused = clientOfLeaf(startLeaf("/site/**"));

    get(hubClient.emit("/elsewhere/event", 0));
    get(hubClient.emit("/site/event", 1));
    get(hubClient.stream("/site/stream", 2));

    assertThat(await(atLeaf, "/site/event").value()).isEqualTo(Value.of(1L));
    assertThat(await(atLeaf, "/site/stream").value()).isEqualTo(Value.of(2L));
    assertThat(atLeaf.events()).noneMatch(update -> update.address().startsWith("/elsewhere"));
  }

  /** The leaf takes the hub's revision for the one that the writer expects, and refuses it. */
  @Test
  void ofAParameterOfTheHubTheLeafTakesTheFirstValueOnly() throws Exception {
    Clasp client = clientOfLeaf(startLeaf("/site/**"));

    get(hubClient.set("/site/level", 1));
    get(hubClient.set("/site/level", 2));
    get(hubClient.set("/site/level", 3));
    awaitMark("/site/mark");

    assertThat(heardAtLeaf("/site/level")).containsExactly(Value.of(1L));
    assertThat(get(client.get("/site/level"))).isEqualTo(Value.of(1L));
    assertThat(get(hubClient.get("/site/level"))).isEqualTo(Value.of(3L));
  }

  /** The link of the crate sends nothing but its namespaces. */
  @Test
  void nothingThatIsWrittenAtTheLeafReachesTheHub() throws Exception {
    Clasp client = clientOfLeaf(startLeaf("/site/**"));
    atHub.clear();

    get(client.set("/site/of-leaf", 1));
    get(client.emit("/site/event-of-leaf", 2));
    for (int i = 0; i < EXCHANGES; i++) {
      awaitMark("/site/mark/" + i);
    }

    assertThat(atHub.events()).noneMatch(update -> update.address().endsWith("of-leaf"));
    assertThat(keptByHub()).contains("/pace").doesNotContain("/site/of-leaf");
  }

  @Test
  void eventsCrossBothWaysWhereEachIsTheLeafOfTheOther() throws Exception {
    TestRouter left = router().start();
    String ofLeft = left.uri().toString();
    left.stop();
    TestRouter right = router("--hub", ofLeft, "--namespace", "/to-right/**").start();
    left =
        router(
                "--port",
                String.valueOf(left.uri().getPort()),
                "--hub",
                right.uri().toString(),
                "--namespace",
                "/to-left/**")
            .start();
    Clasp leftClient = client(left, "left");
    Clasp rightClient = client(right, "right");
    Recorder<Update> heardLeft = new Recorder<>();
    Recorder<Update> heardRight = new Recorder<>();
    var unusedLeft = leftClient.on("/to-left/**", heardLeft::record);
    var unusedRight = rightClient.on("/to-right/**", heardRight::record);

    awaitEvents(leftClient, "/to-right/probe", heardRight);
    awaitEvents(rightClient, "/to-left/probe", heardLeft);
    get(leftClient.emit("/to-right/event", 1));
    get(rightClient.emit("/to-left/event", 2));

    assertThat(await(heardRight, "/to-right/event").value()).isEqualTo(Value.of(1L));
    assertThat(await(heardLeft, "/to-left/event").value()).isEqualTo(Value.of(2L));
  }

  /** A router hands a signal to a session of its own alone. */
  @Test
  void peersAtTwoRoutersDoNotLinkAndTheHubsValuesComeByTheRouters() throws Exception {
    P2POptions options = P2POptions.builder().connectTimeout(Duration.ofSeconds(2)).build();
    TestRouter leaf = startLeaf("/**");
    Clasp desk = client(hub, "desk", builder -> builder.withP2P(options));
    Clasp stage = client(leaf, "stage", builder -> builder.withP2P(options));
    Recorder<Update> heard = new Recorder<>();
    var unused = stage.on("/peer/stage/**", heard::record);
    awaitEvents(desk, "/peer/stage/probe", heard);

    assertThatThrownBy(() -> get(desk.connectPeer("stage"))).isInstanceOf(ExecutionException.class);

    var delivery = get(desk.emit("/peer/stage/event", 7));
    assertThat(delivery.path()).isEqualTo(to.clasp.transport.Path.ROUTER);
    Update update = await(heard, "/peer/stage/event");
    assertThat(update.value()).isEqualTo(Value.of(7L));
    assertThat(update.path()).isEqualTo(to.clasp.transport.Path.ROUTER);
  }
}

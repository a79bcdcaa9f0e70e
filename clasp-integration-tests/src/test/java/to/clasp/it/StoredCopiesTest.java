package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.it.ClientHarness.Events;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.peer.P2POptions;

/**
 * Copies of numbered values that the router keeps: a new session with it begins with them, and they
 * must be heard neither again nor after newer ones. All goes through the router here.
 */
class StoredCopiesTest {

  private static final String VALUE = "/peer/stage/value";

  private final Events events = new Events();
  private final Recorder<Update> heard = new Recorder<>();
  private final Recorder<Update> seen = new Recorder<>();
  private TestRouter router;
  private ClientHarness clients;
  private Clasp desk;
  private Clasp stage;

  @BeforeEach
  void connect() throws Exception {
    router = TestRouter.builder().start();
    clients = new ClientHarness(router);
    stage = clients.connect(clients.builder("stage").withP2P(byRouter()).listener(events));
    desk = clients.connect(clients.builder("desk").withP2P(byRouter()));
    stage.on("/peer/stage/**", heard::record);
    clients.connect("watcher").on("/peer/stage/**", seen::record);
    // From some value on they are numbered, which shows by whom they are said to come from.
    boolean numbered = false;
    for (int i = 0; i < 1_000 && !numbered; i++) {
      numbered = isNumberedNow(i);
    }
    assertThat(numbered).as("the peers have found each other").isTrue();
  }

  @AfterEach
  void close() {
    clients.close();
  }

  private static P2POptions byRouter() {
    return P2POptions.builder().preferP2P(false).build();
  }

  private boolean isNumberedNow(int value) throws Exception {
    get(desk.set("/peer/stage/warm-up", value));
    Update update =
        heard.await(Update.class, candidate -> candidate.value().asLong() == value, TIMEOUT);
    return "desk".equals(update.source().peerId());
  }

  private void awaitValue(Recorder<Update> recorder, long value) throws InterruptedException {
    recorder.await(
        Update.class,
        update -> update.address().equals(VALUE) && update.value().asLong() == value,
        TIMEOUT);
  }

  /** Breaks all connections, and waits until stage has heard all that the router keeps. */
  private void newSessions() throws Exception {
    int sessions = events.sessions.events().size();
    router.breakConnections();
    events.sessions.awaitThat("a new session", TIMEOUT, all -> all.size() > sessions);
    // A router answers in order: what it keeps comes before the answer.
    Recorder<Update> mark = new Recorder<>();
    stage.on("/mark", mark::record);
    get(stage.set("/mark", sessions));
    mark.await(Update.class, update -> update.value().asLong() == sessions, TIMEOUT);
  }

  private List<Long> heardValues() {
    return heard.events().stream()
        .filter(update -> update.address().equals(VALUE))
        .map(update -> update.value().asLong())
        .toList();
  }

  @Test
  void aValueThatThePeerHasSentIsNotHeardAgainFromTheRouter() throws Exception {
    get(desk.set(VALUE, 1));
    get(desk.set(VALUE, 2));
    awaitValue(heard, 2);
    awaitValue(seen, 2);

    newSessions();
    newSessions();

    assertThat(heardValues()).containsExactly(1L, 2L);
  }

  @Test
  void aSubscriptionThatComesLaterHearsIt() throws Exception {
    get(desk.set(VALUE, 1));
    awaitValue(heard, 1);
    awaitValue(seen, 1);

    Recorder<Update> late = new Recorder<>();
    stage.on(VALUE, late::record);

    awaitValue(late, 1);
    newSessions();
    assertThat(heardValues()).containsExactly(1L);
    assertThat(late.events()).hasSize(1);
  }
}

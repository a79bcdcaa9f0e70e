package to.clasp.testkit.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.WelcomeMessage;

/**
 * Says to a router what was said to the real one, and compares the answers: frame by frame, header
 * included, with session ids matched by role, times left out and map entries in any order.
 */
public final class TranscriptReplay {

  /** The clients of a router under test. */
  public interface Clients {

    /**
     * Sends a message as a client, which is connected first if need be. What it brings about must
     * not be overtaken by the next message, of whatever client.
     *
     * @param client name of the client
     * @param message the message
     */
    void send(String client, byte[] message);

    /**
     * Takes the next message that the client received; fails if there comes none.
     *
     * @param client name of the client
     * @return the message
     */
    byte[] next(String client);

    /**
     * Fails if a client has received anything more, now that all it has sent is handled.
     *
     * @param client name of the client
     */
    void assertNothingMore(String client);
  }

  private final Clients clients;

  /** Session ids of the recording, and ours. All have the same length. */
  private final Map<String, String> ids = new LinkedHashMap<>();

  private long compared;

  private TranscriptReplay(Clients clients) {
    this.clients = clients;
  }

  /**
   * Replays a transcript and fails where the answers differ.
   *
   * @param transcript what to say, and the answers
   * @param clients the connections to the router
   */
  public static void run(RouterTranscript transcript, Clients clients) {
    TranscriptReplay replay = new TranscriptReplay(clients);
    List<RouterTranscript.Step> steps = transcript.steps();
    for (int i = 0; i < steps.size(); i++) {
      replay.step(i, steps.get(i));
    }
    steps.stream()
        .map(RouterTranscript.Step::client)
        .distinct()
        .forEach(clients::assertNothingMore);
    assertEquals(
        steps.stream().filter(step -> !step.toRouter()).count(),
        replay.compared,
        "answers compared");
  }

  private void step(int number, RouterTranscript.Step step) {
    if (step.toRouter()) {
      clients.send(step.client(), withOurIds(step.bytes()));
      return;
    }
    byte[] received = clients.next(step.client());
    Frame actual = Frame.wrap(received);
    learnId(step.frame().message(), actual.message());
    Frame expected = Frame.wrap(withOurIds(step.bytes()));
    String where = "step " + number + ": " + step;
    assertEquals(withoutTimes(expected.message()), withoutTimes(actual.message()), where);
    assertEquals(step.bytes()[1], received[1], "flags at " + where);
    assertEquals(step.bytes().length, received.length, "size at " + where);
    compared++;
  }

  private void learnId(Message recorded, Message actual) {
    if (recorded instanceof WelcomeMessage theirs && actual instanceof WelcomeMessage ours) {
      assertEquals(theirs.session().length(), ours.session().length(), "length of a session id");
      assertFalse(ids.containsValue(ours.session()), "a session id is used twice");
      ids.put(theirs.session(), ours.session());
    }
  }

  private byte[] withOurIds(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, String> id : ids.entrySet()) {
      text = text.replace(id.getKey(), id.getValue());
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Message withoutTimes(Message message) {
    if (message instanceof WelcomeMessage welcome) {
      return new WelcomeMessage(
          welcome.version(),
          welcome.features(),
          0,
          welcome.session(),
          welcome.name(),
          welcome.token());
    }
    if (message instanceof SyncMessage sync && sync.t2() != null) {
      assertEquals(sync.t2(), sync.t3(), "times of a SYNC");
      return new SyncMessage(sync.t1(), 0L, 0L);
    }
    if (message instanceof SnapshotMessage snapshot) {
      return new SnapshotMessage(
          snapshot.params().stream()
              .map(
                  param ->
                      new ParamState(
                          param.address(),
                          param.value(),
                          param.revision(),
                          param.writer(),
                          param.timestamp() == null ? null : 0L))
              .toList());
    }
    return message;
  }
}

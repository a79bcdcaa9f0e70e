package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.AnnounceMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.fault.Seed;

/** Nothing that a client sends harms the router or its other clients. */
class HostileInputTest {

  private final EngineFixture fixture =
      new EngineFixture(EmbeddedRouter.builder().rateLimit(0).build().options());
  private final EngineFixture.Client hostile = fixture.join("hostile");
  private final EngineFixture.Client other = fixture.join("other");

  private static final List<Message> MESSAGES =
      List.of(
          new HelloMessage(1, Set.of(), "name", "token"),
          new SubscribeMessage(1, "/a/*/b*/**", Set.of(SignalType.EVENT), null),
          new UnsubscribeMessage(1),
          new GetMessage("/a"),
          SetMessage.of("/a", Value.of(List.of(1, "two", List.of(3.0)))),
          PublishMessage.of("/a", SignalType.GESTURE, Value.of("v")),
          new QueryMessage("/{a,b}/[a-z]?"),
          new AnnounceMessage("/n", List.of()),
          new SyncMessage(1, null, null),
          new BundleMessage(5L, List.of(SetMessage.of("/b", Value.of(1)), new GetMessage("/c"))));

  @Test
  void isCountedAndIgnoredWhenCutShort() {
    int cut = 0;
    for (Message message : MESSAGES) {
      byte[] whole = Frame.of(message).toByteArray();
      for (int length = 0; length < whole.length; length++) {
        hostile.send(Arrays.copyOf(whole, length));
        cut++;
      }
    }

    hostile.assertNothing();
    assertThat(fixture.engine.counters().malformed.sum()).isEqualTo(cut);
    hostile.assertAnswersPing();
    other.assertAnswersPing();
  }

  @Test
  void isSurvivedWhateverTheBytes() {
    Seed seed = Seed.fresh();
    seed.run(() -> sendChanged(20_000, seed.random("bytes")));
  }

  /** Sessions come and go by themselves: HELLOs are among what is changed. */
  private void sendChanged(int messages, RandomGenerator random) {
    for (int i = 0; i < messages; i++) {
      byte[] bytes = Frame.of(MESSAGES.get(random.nextInt(MESSAGES.size()))).toByteArray();
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
      }
      hostile.send(bytes);
      hostile.received.clear();
    }
    assertThat(fixture.engine.sessions()).hasSizeLessThanOrEqualTo(100);
    hostile.disconnect();
    assertThat(fixture.engine.sessions()).hasSize(1);
    other.assertAnswersPing();
  }

  @Test
  void isRefusedWhenNestedTooDeep() {
    // SET /x with 4 000 arrays within each other, as bytes, since no encoder writes it.
    int depth = 4_000;
    byte[] frame = new byte[4 + 6 + 3 * depth];
    int payload = frame.length - 4;
    byte[] head = {
      0x53, 0x41, (byte) (payload >> 8), (byte) payload, 0x21, 0x0A, 0, 2, '/', 'x',
    };
    System.arraycopy(head, 0, frame, 0, head.length);
    for (int i = 0; i < depth; i++) {
      int at = head.length + 3 * i;
      frame[at + 1] = (byte) (i == depth - 1 ? 0 : 1);
      if (at + 2 < frame.length) {
        frame[at + 2] = 0x0A;
      }
    }

    hostile.send(frame);

    hostile.assertNothing();
    assertThat(fixture.engine.counters().malformed.sum()).isEqualTo(1);
    hostile.assertAnswersPing();
  }

  @Test
  void isNotDeliveredWhenItGrowsPastAFrame() {
    // 20 000 integers of one byte: forwarded, each takes nine.
    int count = 20_000;
    byte[] frame = new byte[4 + 8 + 2 * count];
    int payload = frame.length - 4;
    byte[] head = {
      0x53,
      0x41,
      (byte) (payload >> 8),
      (byte) payload,
      0x21,
      0x0A,
      0,
      2,
      '/',
      'x',
      (byte) (count >> 8),
      (byte) count,
    };
    System.arraycopy(head, 0, frame, 0, head.length);
    for (int at = head.length; at < frame.length; at += 2) {
      frame[at] = 2;
    }
    other.send(new SubscribeMessage(1, "/x", Set.of(), null));

    hostile.send(frame);

    assertThat(hostile.next(AckMessage.class).revision()).isEqualTo(1);
    other.assertNothing();
    assertThat(fixture.engine.counters().oversized.sum()).isEqualTo(1);
  }

  @Test
  void isStoredButNotDeliveredAtAnAddressThatBeginsOutsideAscii() {
    other.send(new SubscribeMessage(1, "/**", Set.of(), null));

    hostile.send(SetMessage.of("éclair", Value.of(1)));
    hostile.send(PublishMessage.of("éclair", SignalType.EVENT, Value.of(1)));

    hostile.next(AckMessage.class);
    hostile.assertNothing();
    other.assertNothing();
  }

  @Test
  void getsNoAnswerThatIsTooLarge() {
    // The text of the ERROR holds the session and the address once more.
    String address = "/clasp/p2p/signal/" + "x".repeat(40_000);

    hostile.send(PublishMessage.of(address, SignalType.EVENT, Value.of(1)));

    hostile.assertNothing();
    assertThat(fixture.engine.counters().oversized.sum()).isEqualTo(1);
    hostile.assertAnswersPing();
  }

  @Test
  void readsOnlyTheFirstOfTwoFramesInOneMessage() {
    byte[] first = Frame.of(new SyncMessage(1, null, null)).toByteArray();
    byte[] second = Frame.of(new SyncMessage(2, null, null)).toByteArray();
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);

    hostile.send(both);

    assertThat(hostile.next(SyncMessage.class).t1()).isEqualTo(1);
    hostile.assertNothing();
  }

  @Test
  void cannotHoldTheRouterWithManyStars() {
    List<String> patterns = new ArrayList<>();
    patterns.add("/**".repeat(300));
    patterns.add("/" + "a*".repeat(300) + "/" + "*b".repeat(300));
    patterns.add("/" + "{a,b}".repeat(1_000));
    for (String pattern : patterns) {
      hostile.send(new SubscribeMessage(1, pattern, Set.of(), null));
      hostile.send(new QueryMessage(pattern));
    }
    hostile.received.clear();

    other.send(SetMessage.of("/" + "a".repeat(500) + "/" + "x/".repeat(500), Value.of(1)));

    other.next(AckMessage.class);
    hostile.received.clear();
    hostile.assertAnswersPing();
  }

  @Test
  void keepsWhatWaitsOfOneClientApartFromTheOthers() {
    hostile.send(PublishMessage.of("/clasp/p2p/signal/none", SignalType.EVENT, Value.of(1)));

    assertThat(hostile.next(ErrorMessage.class).code()).isEqualTo(404);
    other.assertNothing();
  }
}

package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Part;
import to.clasp.hybrid.link.ReceiveWindow.Verdict;

class ReceiveWindowTest {

  private static final int SIZE = LinkPair.frame(0).size();

  private final ReceiveWindow window = new ReceiveWindow(16, 65_536);
  private final List<Integer> delivered = new ArrayList<>();

  private Verdict take(int number) {
    return take(number, LinkPair.frame(number));
  }

  private Verdict take(int number, @Nullable Frame frame) {
    return window.take(number, frame, ready -> delivered.add(LinkPair.numberOf(ready)));
  }

  private static Part part(long number, byte[] whole, int from, int to) {
    return new Part(
        new Header(1, 1, 0, 0), number, from, whole.length, Arrays.copyOfRange(whole, from, to));
  }

  @Test
  void deliversInOrderAndOnce() {
    assertThat(take(0)).isSameAs(Verdict.DELIVERED);
    assertThat(take(0)).isSameAs(Verdict.REPEATED);
    assertThat(take(2)).isSameAs(Verdict.KEPT);
    assertThat(take(2)).isSameAs(Verdict.REPEATED);
    assertThat(window.isKept(2)).isTrue();
    assertThat(take(1)).isSameAs(Verdict.DELIVERED);
    assertThat(take(2)).isSameAs(Verdict.REPEATED);
    assertThat(delivered).containsExactly(0, 1, 2);
    assertThat(window.expected()).isEqualTo(3);
    assertThat(window.keptFrames()).isZero();
  }

  @Test
  void aBarrierCountsAndDeliversNothing() {
    assertThat(take(1)).isSameAs(Verdict.KEPT);
    assertThat(take(0, null)).isSameAs(Verdict.DELIVERED);
    assertThat(take(3)).isSameAs(Verdict.KEPT);
    assertThat(take(2, null)).isSameAs(Verdict.DELIVERED);
    assertThat(delivered).containsExactly(1, 3);
    assertThat(window.expected()).isEqualTo(4);
  }

  @Test
  void keepsNoMoreThanItsBound() {
    for (int i = 1; i <= 16; i++) {
      assertThat(take(i)).isSameAs(Verdict.KEPT);
    }
    assertThat(take(17)).isSameAs(Verdict.REFUSED);
    assertThat(take(0)).isSameAs(Verdict.DELIVERED);
    assertThat(delivered).hasSize(17);
    assertThat(take(17)).isSameAs(Verdict.DELIVERED);
  }

  @Test
  void keepsNothingThatIsFarAhead() {
    assertThat(take(1_000_000)).isSameAs(Verdict.REFUSED);
    assertThat(window.take(1L << 62, LinkPair.frame(0), frame -> {})).isSameAs(Verdict.REFUSED);
    assertThat(window.keptFrames()).isZero();
  }

  @Test
  void keepsNoMoreBytesThanItsBound() {
    ReceiveWindow narrow = new ReceiveWindow(1_000, 3 * SIZE);
    for (int i = 1; i <= 3; i++) {
      assertThat(narrow.take(i, LinkPair.frame(i), frame -> {})).isSameAs(Verdict.KEPT);
    }
    assertThat(narrow.take(4, LinkPair.frame(4), frame -> {})).isSameAs(Verdict.REFUSED);
    // What is in order needs no room.
    assertThat(narrow.take(0, LinkPair.large(0, 1_000), frame -> {})).isSameAs(Verdict.DELIVERED);
    assertThat(narrow.expected()).isEqualTo(4);
    assertThat(narrow.take(5, LinkPair.frame(5), frame -> {})).isSameAs(Verdict.KEPT);
  }

  @Test
  void whatIsKeptDoesNotHoldOnToItsMessage() {
    byte[] message = new byte[10_000];
    Frame frame = LinkPair.frame(1);
    frame.copyTo(message, 5_000);
    take(1, Frame.wrap(message, 5_000, frame.size()));
    Arrays.fill(message, (byte) 0);
    take(0);
    assertThat(delivered).containsExactly(0, 1);
  }

  @Test
  void joinsParts() {
    byte[] whole = LinkPair.large(0, 1_000).toByteArray();
    assertThat(window.join(part(0, whole, 0, 400))).isNull();
    assertThat(window.join(part(0, whole, 400, 800))).isNull();
    assertThat(window.join(part(0, whole, 800, whole.length))).isEqualTo(whole);
    assertThat(window.join(part(0, whole, 800, whole.length))).isNull();
  }

  @Test
  void partsThatBeginAnewReplaceWhatWasThere() {
    byte[] whole = LinkPair.large(0, 1_000).toByteArray();
    window.join(part(0, whole, 0, 400));
    window.join(part(0, whole, 0, 300));
    assertThat(window.join(part(0, whole, 400, whole.length))).isNull();
    assertThat(window.join(part(0, whole, 300, whole.length))).isEqualTo(whole);
  }

  @Test
  void partsThatDoNotFitAreLeftOut() {
    byte[] whole = LinkPair.large(0, 1_000).toByteArray();
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThat(window.join(part(0, whole, 400, whole.length))).isNull();
    window.join(part(0, whole, 0, 400));
    assertThat(window.join(part(1, whole, 400, whole.length))).isNull();
    assertThat(window.join(part(0, longer, 400, longer.length))).isNull();
    assertThat(window.join(part(0, whole, 500, whole.length))).isNull();
    assertThat(window.join(part(0, whole, 400, whole.length))).isEqualTo(whole);
  }

  @Test
  void partsOfWhatWasDeliveredAreLeftOut() {
    take(0);
    byte[] whole = LinkPair.large(0, 100).toByteArray();
    assertThat(window.join(part(0, whole, 0, whole.length))).isNull();
  }

  @Test
  void skipsWhatWillNeverCome() {
    take(2);
    take(4);
    assertThat(window.skipTo(4, ready -> delivered.add(LinkPair.numberOf(ready)))).isEqualTo(3);
    assertThat(delivered).containsExactly(2, 4);
    assertThat(window.expected()).isEqualTo(5);
    assertThat(window.skipTo(3, ready -> {})).isZero();
    assertThat(window.skipTo(1L << 61, ready -> {})).isEqualTo((1L << 61) - 5);
    assertThat(window.expected()).isEqualTo(1L << 61);
  }

  @Test
  void begunAnewItKeepsNothing() {
    take(2);
    window.restart(100);
    assertThat(window.keptFrames()).isZero();
    assertThat(window.expected()).isEqualTo(100);
    assertThat(take(100)).isSameAs(Verdict.DELIVERED);
    for (int i = 102; i < 118; i++) {
      assertThat(take(i)).isSameAs(Verdict.KEPT);
    }
  }

  @Test
  void anyOrderWithinTheBoundIsPutRight() {
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      ReceiveWindow fresh = new ReceiveWindow(64, 1 << 20);
      List<Integer> order = new ArrayList<>(IntStream.range(0, 64).boxed().toList());
      order.addAll(List.copyOf(order));
      Collections.shuffle(order, random);
      List<Integer> got = new ArrayList<>();
      for (int number : order) {
        fresh.take(number, LinkPair.frame(number), ready -> got.add(LinkPair.numberOf(ready)));
      }
      assertThat(got).isEqualTo(IntStream.range(0, 64).boxed().toList());
    }
  }

  @Test
  void heldItKeepsWhatComesAndDeliversItLater() {
    take(0);
    window.hold();
    assertThat(take(1)).isSameAs(Verdict.KEPT);
    assertThat(take(2)).isSameAs(Verdict.KEPT);
    assertThat(take(1)).isSameAs(Verdict.REPEATED);
    assertThat(take(4)).isSameAs(Verdict.KEPT);
    assertThat(delivered).containsExactly(0);
    assertThat(window.expected()).isEqualTo(1);
    window.release(ready -> delivered.add(LinkPair.numberOf(ready)));
    assertThat(delivered).containsExactly(0, 1, 2);
    assertThat(take(3)).isSameAs(Verdict.DELIVERED);
    assertThat(delivered).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void heldWhileItDeliversItKeepsTheRest() {
    for (int number : new int[] {1, 2, 3}) {
      take(number);
    }
    window.take(
        0,
        LinkPair.frame(0),
        ready -> {
          delivered.add(LinkPair.numberOf(ready));
          if (delivered.size() == 2) {
            window.hold();
          }
        });
    assertThat(delivered).containsExactly(0, 1);
    assertThat(take(2)).isSameAs(Verdict.REPEATED);
    window.release(ready -> delivered.add(LinkPair.numberOf(ready)));
    assertThat(delivered).containsExactly(0, 1, 2, 3);
  }

  @Test
  void heldItKeepsNoMoreThanItsBound() {
    window.hold();
    for (int i = 0; i < 16; i++) {
      assertThat(take(i)).isSameAs(Verdict.KEPT);
    }
    assertThat(take(16)).isSameAs(Verdict.REFUSED);
    assertThat(window.keptFrames()).isEqualTo(16);
  }

  @Test
  void atTheEndWhatIsHeldIsDelivered() {
    window.hold();
    take(0);
    take(1);
    take(3);
    window.deliverAll(ready -> delivered.add(LinkPair.numberOf(ready)));
    assertThat(delivered).containsExactly(0, 1);
    assertThat(take(2)).isSameAs(Verdict.KEPT);
  }
}

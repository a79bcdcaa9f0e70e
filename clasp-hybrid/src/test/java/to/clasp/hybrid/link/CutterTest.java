package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.LinkMessage.Barrier;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Part;

class CutterTest {

  private static final Header HEADER = new Header(1, 1, 0, 0);
  private static final int SIZE = LinkPair.frame(0).size();

  private final SendWindow window = new SendWindow(10_000, 1 << 22);
  private final Cutter cutter = new Cutter(window);

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      window.add(LinkPair.frame((int) window.next()));
    }
  }

  private LinkMessage next(int batchBytes, int maxBytes) {
    LinkMessage message = cutter.cut(HEADER, batchBytes, maxBytes);
    cutter.sent();
    return message;
  }

  private static List<Integer> numbers(LinkMessage message) {
    List<Integer> numbers = new ArrayList<>();
    for (Frame frame : ((Data) message).frames()) {
      numbers.add(LinkPair.numberOf(frame));
    }
    return numbers;
  }

  @Test
  void packsAsManyFramesAsFit() {
    add(10);
    int four = LinkCodec.DATA_BYTES + 4 * SIZE;
    assertThat(numbers(next(four, 65_536))).containsExactly(0, 1, 2, 3);
    assertThat(numbers(next(65_536, four))).containsExactly(4, 5, 6, 7);
    assertThat(numbers(next(four, four))).containsExactly(8, 9);
    assertThat(cutter.hasMore()).isFalse();
    assertThat(cutter.sentBelow()).isEqualTo(10);
  }

  @Test
  void aFrameLargerThanABatchGoesAlone() {
    window.add(LinkPair.large(0, 2_000));
    add(1);
    assertThat(numbers(next(1_024, 65_536))).containsExactly(0);
    assertThat(numbers(next(1_024, 65_536))).containsExactly(1);
  }

  @Test
  void cuttingWithoutSendingChangesNothing() {
    add(3);
    cutter.cut(HEADER, 16_384, 65_536);
    assertThat(cutter.cursor()).isZero();
    assertThat(cutter.sentBelow()).isZero();
    assertThat(numbers(next(16_384, 65_536))).containsExactly(0, 1, 2);
  }

  @Test
  void aFrameLargerThanAMessageIsCutIntoParts() {
    Frame large = LinkPair.large(0, 10_000);
    window.add(large);
    add(1);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    while (cutter.cursor() == 0) {
      Part part = (Part) next(1_024, 1_024);
      assertThat(LinkCodec.encode(part).length).isLessThanOrEqualTo(1_024);
      assertThat(part.offset()).isEqualTo(joined.size());
      assertThat(part.total()).isEqualTo(large.size());
      joined.writeBytes(part.bytes());
    }
    assertThat(joined.toByteArray()).isEqualTo(large.toByteArray());
    assertThat(numbers(next(1_024, 1_024))).containsExactly(1);
  }

  @Test
  void beginsAFrameAnewAfterARewindInTheMiddleOfIt() {
    window.add(LinkPair.large(0, 10_000));
    next(1_024, 1_024);
    assertThat(cutter.sentBelow()).isZero();
    cutter.rewind();
    assertThat(((Part) next(1_024, 1_024)).offset()).isZero();
  }

  @Test
  void rewindsToTheOldestThatIsNotAcknowledged() {
    add(10);
    next(16_384, 65_536);
    window.trim(4);
    cutter.rewind();
    assertThat(numbers(next(16_384, 65_536))).containsExactly(4, 5, 6, 7, 8, 9);
    assertThat(cutter.sentBelow()).isEqualTo(10);
  }

  @Test
  void leavesOutWhatWasAcknowledgedMeanwhile() {
    add(10);
    next(LinkCodec.DATA_BYTES + 2 * SIZE, 65_536);
    cutter.rewind();
    window.trim(7);
    assertThat(cutter.hasMore()).isTrue();
    assertThat(cutter.cursor()).isEqualTo(7);
  }

  @Test
  void aBarrierTravelsByItself() {
    add(2);
    window.addBarrier();
    add(1);
    assertThat(numbers(next(16_384, 65_536))).containsExactly(0, 1);
    assertThat(cutter.isAtBarrier()).isTrue();
    assertThat(((Barrier) next(16_384, 65_536)).number()).isEqualTo(2);
    assertThat(numbers(next(16_384, 65_536))).containsExactly(3);
  }

  @Test
  void aBarrierThatTravelsAnotherWayIsLeftOut() {
    window.addBarrier();
    add(1);
    cutter.skipBarrier();
    assertThat(cutter.sentBelow()).isZero();
    cutter.sentTo(1);
    assertThat(cutter.sentBelow()).isEqualTo(1);
    assertThat(((Data) next(16_384, 65_536)).first()).isEqualTo(1);
  }

  @Test
  void framesWithACopyAndWithoutDoNotShareAMessage() {
    add(5);
    window.markCopied(2);
    Data first = (Data) next(16_384, 65_536);
    Data second = (Data) next(16_384, 65_536);
    Data third = (Data) next(16_384, 65_536);
    assertThat(first.copied()).isFalse();
    assertThat(first.frames()).hasSize(2);
    assertThat(second.copied()).isTrue();
    assertThat(second.frames()).hasSize(1);
    assertThat(third.first()).isEqualTo(3);
  }

  @Test
  void forgetsWhatWasSentAndKeepsWhatWasNot() {
    add(2);
    window.addBarrier();
    add(3);
    next(16_384, 65_536);
    next(16_384, 65_536);
    assertThat(cutter.forgetSent()).isEqualTo(2);
    assertThat(window.first()).isEqualTo(3);
    assertThat(numbers(next(16_384, 65_536))).containsExactly(3, 4, 5);
  }
}

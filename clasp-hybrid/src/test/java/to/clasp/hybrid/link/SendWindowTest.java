package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SendWindowTest {

  private static final int SIZE = LinkPair.frame(0).size();

  @Test
  void numbersFramesFromZero() {
    SendWindow window = new SendWindow(16, 65_536);
    window.add(LinkPair.frame(10));
    window.add(LinkPair.frame(11));
    assertThat(window.first()).isZero();
    assertThat(window.next()).isEqualTo(2);
    assertThat(window.get(1)).isEqualTo(LinkPair.frame(11));
    assertThat(window.bytes()).isEqualTo(2L * SIZE);
  }

  @Test
  void isBoundedInCount() {
    SendWindow window = new SendWindow(16, 65_536);
    for (int i = 0; i < 16; i++) {
      assertThat(window.hasRoom(SIZE)).isTrue();
      window.add(LinkPair.frame(i));
    }
    assertThat(window.hasRoom(SIZE)).isFalse();
    window.trim(1);
    assertThat(window.hasRoom(SIZE)).isTrue();
  }

  @Test
  void isBoundedInBytesButTakesAnyFrameWhenEmpty() {
    SendWindow window = new SendWindow(16, 65_536);
    assertThat(window.hasRoom(70_000)).isTrue();
    window.add(LinkPair.frame(0));
    assertThat(window.hasRoom(65_536 - SIZE)).isTrue();
    assertThat(window.hasRoom(65_536 - SIZE + 1)).isFalse();
  }

  @Test
  void keepsToWhatThePeerKeeps() {
    SendWindow window = new SendWindow(1_000, 1 << 20);
    window.peerKeeps(2, 1 << 20);
    window.add(LinkPair.frame(0));
    window.add(LinkPair.frame(1));
    assertThat(window.hasRoom(SIZE)).isFalse();
    window.peerKeeps(1_000, 2 * SIZE);
    assertThat(window.hasRoom(SIZE)).isFalse();
    window.peerKeeps(Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(window.hasRoom(SIZE)).isTrue();
  }

  @Test
  void isRoomyWhenHalfEmpty() {
    SendWindow window = new SendWindow(16, 65_536);
    for (int i = 0; i < 16; i++) {
      window.add(LinkPair.frame(i));
    }
    window.trim(7);
    assertThat(window.isRoomy()).isFalse();
    window.trim(8);
    assertThat(window.isRoomy()).isTrue();
  }

  @Test
  void aBarrierHasANumberAndNoFrame() {
    SendWindow window = new SendWindow(16, 65_536);
    window.add(LinkPair.frame(0));
    window.addBarrier();
    window.add(LinkPair.frame(1));
    assertThat(window.get(1)).isNull();
    assertThat(window.size()).isEqualTo(3);
    assertThat(window.countFrames(window.next())).isEqualTo(2);
    assertThat(window.countFrames(2)).isEqualTo(1);
    assertThat(window.countFrames(100)).isEqualTo(2);
  }

  @Test
  void trimsNoFurtherThanItsEnd() {
    SendWindow window = new SendWindow(16, 65_536);
    window.add(LinkPair.frame(0));
    window.trim(100);
    assertThat(window.first()).isEqualTo(1);
    assertThat(window.isEmpty()).isTrue();
    window.trim(0);
    assertThat(window.first()).isEqualTo(1);
    assertThat(window.bytes()).isZero();
  }

  @Test
  void aMarkStaysWithItsFrameAndNotWithItsPlace() {
    SendWindow window = new SendWindow(1_000, 1 << 20);
    window.add(LinkPair.frame(0));
    window.markCopied(0);
    for (int i = 1; i < 200; i++) {
      window.add(LinkPair.frame(i));
    }
    assertThat(window.isCopied(0)).isTrue();
    for (int i = 1; i < 200; i++) {
      assertThat(window.isCopied(i)).isFalse();
    }
    window.trim(200);
    for (int i = 200; i < 600; i++) {
      window.add(LinkPair.frame(i));
      assertThat(window.isCopied(i)).isFalse();
    }
  }

  @Test
  void holdsWhatIsAddedWhileItGrowsAndWraps() {
    SendWindow window = new SendWindow(5_000, 1 << 20);
    Random random = new Random(1);
    int added = 0;
    while (added < 20_000) {
      for (int i = random.nextInt(500); i > 0 && window.hasRoom(SIZE); i--) {
        window.add(LinkPair.frame(added++));
      }
      window.trim(window.first() + random.nextInt(450));
      for (long number = window.first(); number < window.next(); number++) {
        assertThat(window.get(number)).isEqualTo(LinkPair.frame((int) number));
      }
    }
    window.trim(window.next());
    assertThat(window.bytes()).isZero();
  }
}

package to.clasp.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameSourceTest {

  @Test
  void tellsPathAndPeer() {
    assertThat(FrameSource.ROUTER.path()).isEqualTo(Path.ROUTER);
    assertThat(FrameSource.ROUTER.peerId()).isNull();
    assertThat(FrameSource.ROUTER).hasToString("router");
    assertThat(FrameSource.peer("b").path()).isEqualTo(Path.P2P);
    assertThat(FrameSource.peer("b").peerId()).isEqualTo("b");
    assertThat(FrameSource.peer("b")).hasToString("peer b");
  }

  @Test
  void equalsByPeer() {
    assertThat(FrameSource.peer("b"))
        .isEqualTo(FrameSource.peer("b"))
        .hasSameHashCodeAs(FrameSource.peer("b"))
        .isNotEqualTo(FrameSource.peer("c"))
        .isNotEqualTo(FrameSource.ROUTER);
  }
}

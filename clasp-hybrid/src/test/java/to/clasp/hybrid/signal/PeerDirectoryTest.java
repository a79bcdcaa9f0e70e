package to.clasp.hybrid.signal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerDirectoryTest {

  private final PeerDirectory directory = new PeerDirectory(2);

  @Test
  void knowsBothDirections() {
    directory.learn("stage", "s1");

    assertThat(directory.sessionOf("stage")).isEqualTo("s1");
    assertThat(directory.peerOf("s1")).isEqualTo("stage");
  }

  @Test
  void aNewSessionTakesTheOldOnesPlace() {
    directory.learn("stage", "s1");
    directory.learn("stage", "s2");

    assertThat(directory.sessionOf("stage")).isEqualTo("s2");
    assertThat(directory.peerOf("s1")).isNull();
    directory.forgetSession("s1");
    assertThat(directory.sessionOf("stage")).isEqualTo("s2");
  }

  @Test
  void aSessionThatTellsItsNameLaterIsKnownByIt() {
    directory.learn("s1", "s1");
    directory.learn("stage", "s1");

    assertThat(directory.sessionOf("s1")).isNull();
    assertThat(directory.peerOf("s1")).isEqualTo("stage");
    assertThat(directory.size()).isEqualTo(1);
  }

  @Test
  void isBounded() {
    directory.learn("a", "s1");
    directory.learn("b", "s2");
    directory.sessionOf("a");
    directory.learn("c", "s3");

    assertThat(directory.size()).isEqualTo(2);
    assertThat(directory.sessionOf("a")).isEqualTo("s1");
    assertThat(directory.sessionOf("b")).isNull();
    assertThat(directory.peerOf("s2")).isNull();
  }

  @Test
  void forgetsSessionsOfNamedPeersOnly() {
    directory.learn("stage", "s1");
    directory.learn("s2", "s2");
    directory.forgetNamed();

    assertThat(directory.sessionOf("stage")).isNull();
    assertThat(directory.peerOf("s1")).isNull();
    assertThat(directory.sessionOf("s2")).isEqualTo("s2");
  }
}

package to.clasp.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class KnownPeersTest {

  private static final PeerKey KEY = PeerIdentity.generate().key();
  private static final PeerKey OTHER = PeerIdentity.generate().key();

  @TempDir private Path directory;

  private static void awaitRead(Path file, String peer, PeerKey key) {
    while (!KnownPeers.file(file).keyOf(peer).equals(java.util.Optional.ofNullable(key))) {
      Thread.onSpinWait();
    }
  }

  @Test
  void remembersAndForgets() {
    KnownPeers known = KnownPeers.inMemory();
    known.remember("stage", KEY);

    assertThat(known.keyOf("stage")).contains(KEY);
    assertThat(known.keyOf("desk")).isEmpty();
    known.forget("stage");
    assertThat(known.keyOf("stage")).isEmpty();
  }

  @Test
  void keepsThemInAFile() {
    Path file = directory.resolve("known");
    KnownPeers known = KnownPeers.file(file);
    assertThat(known.keyOf("stage")).isEmpty();

    known.remember("stage left", KEY);
    known.remember("desk", OTHER);

    awaitRead(file, "stage left", KEY);
    awaitRead(file, "desk", OTHER);
    known.forget("desk");
    known.forget("nobody");
    while (KnownPeers.file(file).keyOf("desk").isPresent()) {
      Thread.onSpinWait();
    }
    assertThat(KnownPeers.file(file).keyOf("stage left")).contains(KEY);
  }

  @Test
  void namesALineThatIsNone() throws IOException {
    Path file = directory.resolve("known");
    Files.writeString(file, "desk " + OTHER.text() + "\n\nstage not-a-key\n");

    assertThatThrownBy(() -> KnownPeers.file(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 3");
  }

  @Test
  void goesOnInMemoryWhenTheFileCannotBeWritten() {
    KnownPeers known = KnownPeers.file(directory.resolve("missing").resolve("known"));
    known.remember("stage", KEY);

    assertThat(known.keyOf("stage")).contains(KEY);
  }
}

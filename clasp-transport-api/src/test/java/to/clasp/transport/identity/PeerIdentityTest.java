package to.clasp.transport.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdentityTest {

  private static final byte[] TEXT = "cue 1".getBytes(UTF_8);

  @TempDir private Path directory;

  @Test
  void signsWhatItsKeyVerifiesAndNothingElse() {
    PeerIdentity identity = PeerIdentity.generate();
    byte[] signature = identity.sign(TEXT);

    assertThat(identity.key().verifies(TEXT, signature)).isTrue();
    assertThat(identity.key().verifies("cue 2".getBytes(UTF_8), signature)).isFalse();
    assertThat(PeerIdentity.generate().key().verifies(TEXT, signature)).isFalse();
    signature[5] ^= 1;
    assertThat(identity.key().verifies(TEXT, signature)).isFalse();
    assertThat(identity.key().verifies(TEXT, new byte[0])).isFalse();
    assertThat(identity.key().verifies(TEXT, new byte[1_000])).isFalse();
  }

  @Test
  void isMadeOnceAndReadAfterwards() throws IOException {
    Path file = directory.resolve("identity");

    PeerIdentity made = PeerIdentity.loadOrCreate(file);
    PeerIdentity read = PeerIdentity.loadOrCreate(file);

    assertThat(read.key()).isEqualTo(made.key());
    assertThat(made.key().verifies(TEXT, read.sign(TEXT))).isTrue();
    Assumptions.assumeTrue(
        Files.getFileStore(file).supportsFileAttributeView("posix"), "for POSIX systems");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "AAAA\nBBBB\n", "one\ntwo\nthree"})
  void refusesAFileThatHoldsNone(String content) throws IOException {
    Path file = directory.resolve("identity");
    Files.writeString(file, content);

    assertThatThrownBy(() -> PeerIdentity.loadOrCreate(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("identity")
        .hasNoCause();
  }

  @Test
  void refusesHalvesThatDoNotBelongTogether() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    KeyPair one = generator.generateKeyPair();
    KeyPair other = generator.generateKeyPair();

    assertThatThrownBy(() -> PeerIdentity.of(new KeyPair(one.getPublic(), other.getPrivate())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "not base64!", "MCowBQYDK2VwAyEA"})
  void textThatIsNoKeyIsRefused(String text) {
    assertThatThrownBy(() -> new PeerKey(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PeerKey(text.repeat(1_000) + "A".repeat(100)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void showsNoMoreThanItsKey() {
    PeerIdentity identity = PeerIdentity.generate();

    assertThat(identity).hasToString("PeerIdentity[key " + identity.key().fingerprint() + "]");
    assertThat(identity.key().fingerprint()).matches("[0-9a-f]{32}");
  }
}

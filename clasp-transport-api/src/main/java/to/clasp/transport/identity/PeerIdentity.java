package to.clasp.transport.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The key pair by which this side proves who it is: Ed25519 (RFC 8032), of the Java platform.
 * Immutable; never shows the private key.
 */
public final class PeerIdentity {

  private static final String ALGORITHM = "Ed25519";

  private final PrivateKey secret;
  private final PeerKey key;

  private PeerIdentity(KeyPair pair) {
    secret = pair.getPrivate();
    key = PeerKey.of(pair.getPublic());
  }

  /**
   * Makes a new identity, which lasts as long as this object.
   *
   * @return the identity
   */
  public static PeerIdentity generate() {
    return new PeerIdentity(newPair());
  }

  private static KeyPair newPair() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 is part of Java", e);
    }
  }

  /**
   * Uses a key pair of the application.
   *
   * @param pair an Ed25519 key pair
   * @return the identity
   * @throws IllegalArgumentException if it is of another kind, or its halves do not belong together
   */
  public static PeerIdentity of(KeyPair pair) {
    PeerIdentity identity = new PeerIdentity(pair);
    byte[] probe = {1, 2, 3};
    if (!identity.key.verifies(probe, identity.sign(probe))) {
      throw new IllegalArgumentException("the private key does not belong to the public key");
    }
    return identity;
  }

  /**
   * Reads the identity from a file, or makes one and writes it there, readable by its owner only.
   * Blocks for the file.
   *
   * @param file two lines of base64: private key (PKCS #8) and public key (X.509)
   * @return the identity
   * @throws UncheckedIOException if the file cannot be read or written
   * @throws IllegalArgumentException if the file holds something else
   */
  public static PeerIdentity loadOrCreate(Path file) {
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      return load(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the identity in " + file + " cannot be had: " + e, e);
    }
  }

  private static void create(Path file) throws IOException {
    KeyPair pair = newPair();
    Base64.Encoder base64 = Base64.getEncoder();
    String text =
        base64.encodeToString(pair.getPrivate().getEncoded())
            + "\n"
            + base64.encodeToString(pair.getPublic().getEncoded())
            + "\n";
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Set<StandardOpenOption> asNew =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = Files.newByteChannel(file, asNew, ownerOnly)) {
      var unused =
          channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (FileAlreadyExistsException e) {
      // Another process was faster; its identity is as good.
      return;
    }
  }

  private static PeerIdentity load(Path file) throws IOException {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
      KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
      Base64.Decoder base64 = Base64.getDecoder();
      return of(
          new KeyPair(
              factory.generatePublic(new X509EncodedKeySpec(base64.decode(lines.get(1)))),
              factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(lines.get(0))))));
    } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
      // Without the cause, which may hold part of what should stay secret.
      throw new IllegalArgumentException(file + " holds no identity");
    }
  }

  /**
   * Returns the public key, which peers may see.
   *
   * @return the key
   */
  public PeerKey key() {
    return key;
  }

  /**
   * Signs.
   *
   * @param data what
   * @return 64 bytes
   */
  public byte[] sign(byte[] data) {
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(secret);
      signer.update(data);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("this is no Ed25519 private key", e);
    }
  }

  @Override
  public String toString() {
    return "PeerIdentity[" + key + "]";
  }
}

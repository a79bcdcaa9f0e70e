package to.clasp.transport.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The public key of a peer: Ed25519 (RFC 8032).
 *
 * @param text its X.509 encoding (RFC 8410) in unpadded base64url (RFC 4648)
 */
public record PeerKey(String text) {

  /** The encoding has 44 bytes; nothing else is one. */
  private static final int MAX_CHARS = 60;

  /** Checks that it is such a key. */
  public PeerKey {
    var unused = decode(text);
  }

  static PeerKey of(PublicKey key) {
    return new PeerKey(Base64.getUrlEncoder().withoutPadding().encodeToString(key.getEncoded()));
  }

  private static PublicKey decode(String text) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException("a key of " + text.length() + " characters is none");
    }
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(Base64.getUrlDecoder().decode(text)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("this is no Ed25519 public key", e);
    }
  }

  /**
   * Tells whether the holder of the private key has signed.
   *
   * @param data what is to be signed
   * @param signature the signature
   * @return false if it is not the key's, or no signature at all
   */
  public boolean verifies(byte[] data, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(decode(text));
      verifier.update(data);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // Thrown for signatures of another length, too.
      return false;
    }
  }

  /**
   * Returns what people can compare: the first half of the key's SHA-256 in hexadecimal.
   *
   * @return 32 digits
   */
  public String fingerprint() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(Base64.getUrlDecoder().decode(text));
      return HexFormat.of().formatHex(hash, 0, hash.length / 2);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of Java", e);
    }
  }

  @Override
  public String toString() {
    return "key " + fingerprint();
  }
}

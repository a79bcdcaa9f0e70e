package to.clasp.transport.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What protects a link. Every link is encrypted by DTLS between the two certificates whose
 * fingerprints stand here (RFC 8122); whether the router has told the true ones is proven by
 * identities, or by people who compare the {@link #code()}.
 *
 * @param ownFingerprint of this side's certificate: SHA-256, as in the session description
 * @param peerFingerprint of the peer's certificate
 * @param ownKey this side's key, if the peer has proven its own, or null
 * @param peerKey the key that the peer has proven to have, or null
 */
public record LinkSecurity(
    String ownFingerprint,
    String peerFingerprint,
    @Nullable PeerKey ownKey,
    @Nullable PeerKey peerKey) {

  private static final int GROUPS = 6;
  private static final int DIGITS = 5;

  /** Checks that all is there. */
  public LinkSecurity {
    Objects.requireNonNull(ownFingerprint, "ownFingerprint");
    Objects.requireNonNull(peerFingerprint, "peerFingerprint");
  }

  /**
   * Tells whether the peer has proven who it is.
   *
   * @return true if so
   */
  public boolean isProven() {
    return peerKey != null;
  }

  /**
   * Returns a code that is the same on both sides if nobody sits in the middle, to be compared by
   * voice: of the keys if they are proven, and then the same for every link; of the fingerprints
   * otherwise. It has 30 digits, some 100 bits, since who sits in the middle may try keys for as
   * long as it likes.
   *
   * @return six groups of five digits
   */
  public String code() {
    PeerKey own = ownKey;
    PeerKey peer = peerKey;
    String together =
        own != null && peer != null
            ? sorted("clasp-code-keys", own.text(), peer.text())
            : sorted("clasp-code-fingerprints", ownFingerprint, peerFingerprint);
    BigInteger number = new BigInteger(1, sha256(together));
    BigInteger base = BigInteger.TEN.pow(DIGITS);
    return IntStream.range(0, GROUPS)
        .mapToObj(
            group -> String.format("%05d", number.divide(base.pow(group)).mod(base).intValue()))
        .collect(Collectors.joining(" "));
  }

  private static String sorted(String label, String one, String other) {
    return Stream.concat(Stream.of(label), Stream.of(one, other).sorted())
        .collect(Collectors.joining("\n"));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of Java", e);
    }
  }
}

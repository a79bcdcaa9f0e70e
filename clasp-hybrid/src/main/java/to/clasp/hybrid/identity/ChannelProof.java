package to.clasp.hybrid.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import to.clasp.transport.identity.PeerKey;

/**
 * The first message of each side on the reliable channel: its key, and its signature over both
 * fingerprints and both ids. Begins with a byte that neither frames nor messages of the peer link
 * begin with.
 */
final class ChannelProof {

  private static final byte MAGIC = 0x49;
  private static final byte VERSION = 1;
  private static final int SIGNATURE_BYTES = 64;
  private static final int MAX_KEY_BYTES = 100;

  private final PeerKey key;
  private final byte[] signature;

  /** Takes 64 bytes over. */
  ChannelProof(PeerKey key, byte[] signature) {
    this.key = key;
    this.signature = signature;
  }

  PeerKey key() {
    return key;
  }

  byte[] signature() {
    return signature;
  }

  static boolean isOne(byte[] message) {
    return message.length > 0 && message[0] == MAGIC;
  }

  byte[] write() {
    byte[] text = key.text().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(2 + SIGNATURE_BYTES + text.length)
        .put(MAGIC)
        .put(VERSION)
        .put(signature)
        .put(text)
        .array();
  }

  /**
   * Reads a proof.
   *
   * @throws IllegalArgumentException if it is none
   */
  static ChannelProof read(byte[] message) {
    int keyBytes = message.length - 2 - SIGNATURE_BYTES;
    if (keyBytes < 1 || keyBytes > MAX_KEY_BYTES || !isOne(message) || message[1] != VERSION) {
      throw new IllegalArgumentException("this is no proof");
    }
    ByteBuffer in = ByteBuffer.wrap(message, 2, message.length - 2);
    byte[] signature = new byte[SIGNATURE_BYTES];
    in.get(signature);
    byte[] text = new byte[keyBytes];
    in.get(text);
    return new ChannelProof(new PeerKey(new String(text, StandardCharsets.US_ASCII)), signature);
  }
}

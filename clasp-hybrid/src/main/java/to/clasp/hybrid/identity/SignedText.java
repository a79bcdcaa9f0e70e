package to.clasp.hybrid.identity;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.peer.Signal;

/**
 * What is signed: a label for the purpose, then each part behind its length, so that no two
 * meanings have the same bytes.
 */
final class SignedText {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private SignedText(String label) {
    add(label);
  }

  private SignedText add(String part) {
    byte[] encoded = part.getBytes(StandardCharsets.UTF_8);
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(encoded.length).array());
    bytes.writeBytes(encoded);
    return this;
  }

  /** A signal from one peer to another: all that it says. */
  static byte[] of(Signal signal, String from, String to) {
    SignedText text =
        new SignedText("clasp-signal-1").add(from).add(to).add(signal.correlationId());
    if (signal instanceof Signal.Offer offer) {
      text.add("offer").add(offer.sdp());
      new TreeMap<>(offer.extensions()).forEach((key, value) -> text.add(key).add(value));
    } else if (signal instanceof Signal.Answer answer) {
      text.add("answer").add(answer.sdp());
      new TreeMap<>(answer.extensions()).forEach((key, value) -> text.add(key).add(value));
    } else if (signal instanceof Signal.Candidate candidate) {
      text.add("candidate").add(candidate.json());
    } else if (signal instanceof Signal.Connected) {
      text.add("connected");
    } else if (signal instanceof Signal.Disconnected) {
      // Reasons are for people, and may be cut on their way.
      text.add("disconnected");
    }
    return text.bytes.toByteArray();
  }

  /** The channel between two peers, as its first side sees it. */
  static byte[] of(LinkSecurity security, String correlationId, String own, String peer) {
    return new SignedText("clasp-channel-1")
        .add(correlationId)
        .add(own)
        .add(peer)
        .add(security.ownFingerprint())
        .add(security.peerFingerprint())
        .bytes
        .toByteArray();
  }
}

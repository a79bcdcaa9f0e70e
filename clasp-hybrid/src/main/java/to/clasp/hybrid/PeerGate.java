package to.clasp.hybrid;

import java.util.List;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.hybrid.route.Addressees;

/**
 * What a peer may bring in. Values for our own addresses, and answers about its own, reach the
 * application as if the router had brought them. Data of any other address, and answers about it,
 * are the peer's own: whoever uses peers explicitly hears of them, and nobody else. Everything else
 * that a router may say, a peer may not.
 */
final class PeerGate {

  /** What is to be done with a frame of a peer. */
  enum Verdict {
    /** For the application. */
    PASS,
    /** For those who use peers explicitly. */
    OWN,
    /** To be answered with PONG. */
    PING,
    /** To be counted and dropped. */
    DROP
  }

  private final String ownId;
  private final Addressees addressees;

  PeerGate(String ownId, Addressees addressees) {
    this.ownId = ownId;
    this.addressees = addressees;
  }

  Verdict judge(Frame frame, String peerId) {
    try {
      return switch (frame.messageType()) {
        case SET, PUBLISH, GET ->
            frame.address() == null ? Verdict.DROP : ours(belongsTo(ownId, frame.address()));
        case PING -> Verdict.PING;
        case BUNDLE, SNAPSHOT, ACK, ERROR -> judge(frame.message(), peerId);
        default -> Verdict.DROP;
      };
    } catch (MalformedFrameException e) {
      return Verdict.DROP;
    }
  }

  private static Verdict ours(boolean ours) {
    return ours ? Verdict.PASS : Verdict.OWN;
  }

  private Verdict judge(@Nullable Message message, String peerId) {
    if (message instanceof BundleMessage bundle) {
      return common(bundle.messages().stream().map(inner -> judgeData(inner)).distinct().toList());
    } else if (message instanceof SnapshotMessage snapshot) {
      return common(
          snapshot.params().stream()
              .map(param -> ours(belongsTo(peerId, param.address())))
              .distinct()
              .toList());
    } else if (message instanceof AckMessage ack) {
      return answer(ack.address(), peerId);
    } else if (message instanceof ErrorMessage error) {
      return answer(error.address(), peerId);
    }
    return Verdict.DROP;
  }

  /** What is in one message must be for one and the same. */
  private static Verdict common(List<Verdict> verdicts) {
    return verdicts.size() == 1 ? verdicts.get(0) : Verdict.DROP;
  }

  private Verdict answer(@Nullable String address, String peerId) {
    return address == null ? Verdict.DROP : ours(belongsTo(peerId, address));
  }

  private Verdict judgeData(Message message) {
    if (message instanceof SetMessage set) {
      return ours(belongsTo(ownId, set.address()));
    } else if (message instanceof PublishMessage publish) {
      return ours(belongsTo(ownId, publish.address()));
    } else if (message instanceof GetMessage get) {
      return ours(belongsTo(ownId, get.address()));
    }
    return Verdict.DROP;
  }

  private boolean belongsTo(String id, @Nullable String address) {
    return address != null && id.equals(addressees.of(address));
  }
}

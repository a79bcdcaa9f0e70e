package to.clasp.hybrid;

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
import to.clasp.transport.peer.PeerPattern;

/**
 * What a peer may bring in: values for our own addresses, and answers about its own. Everything
 * else that a router may say, a peer may not.
 */
final class PeerGate {

  /** What is to be done with a frame of a peer. */
  enum Verdict {
    /** For the application. */
    PASS,
    /** To be answered with PONG. */
    PING,
    /** To be counted and dropped. */
    DROP
  }

  private final String ownId;
  private final PeerPattern pattern;

  PeerGate(String ownId, PeerPattern pattern) {
    this.ownId = ownId;
    this.pattern = pattern;
  }

  Verdict judge(Frame frame, String peerId) {
    try {
      return switch (frame.messageType()) {
        case SET, PUBLISH, GET -> verdict(belongsTo(ownId, frame.address()));
        case PING -> Verdict.PING;
        case BUNDLE, SNAPSHOT, ACK, ERROR -> verdict(isAllowed(frame.message(), peerId));
        default -> Verdict.DROP;
      };
    } catch (MalformedFrameException e) {
      return Verdict.DROP;
    }
  }

  private static Verdict verdict(boolean allowed) {
    return allowed ? Verdict.PASS : Verdict.DROP;
  }

  private boolean isAllowed(Message message, String peerId) {
    if (message instanceof BundleMessage bundle) {
      return !bundle.messages().isEmpty()
          && bundle.messages().stream().allMatch(inner -> isAllowed(inner, peerId));
    } else if (message instanceof SetMessage set) {
      return belongsTo(ownId, set.address());
    } else if (message instanceof PublishMessage publish) {
      return belongsTo(ownId, publish.address());
    } else if (message instanceof GetMessage get) {
      return belongsTo(ownId, get.address());
    } else if (message instanceof SnapshotMessage snapshot) {
      return !snapshot.params().isEmpty()
          && snapshot.params().stream().allMatch(param -> belongsTo(peerId, param.address()));
    } else if (message instanceof AckMessage ack) {
      return belongsTo(peerId, ack.address());
    } else if (message instanceof ErrorMessage error) {
      return belongsTo(peerId, error.address());
    }
    return false;
  }

  private boolean belongsTo(String id, @Nullable String address) {
    return address != null && id.equals(pattern.peerIdOf(address));
  }
}

package to.clasp.transport.pace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.QoS;

/** Tells the frames that keep a session and its peer links alive from all others. */
final class ControlFrames {

  /** What a frame is, for its way through the lanes. */
  enum Kind {
    /** Opens the session: nothing may go before it. */
    HELLO,
    /** Belongs to the session that it was sent in. */
    CONTROL,
    /** Belongs to the application. */
    DATA
  }

  private static final byte[] P2P_ADDRESS = "/clasp/p2p/".getBytes(US_ASCII);
  private static final byte[] SIGNAL_ADDRESS = "/webrtc/signal/".getBytes(US_ASCII);

  private ControlFrames() {}

  static Kind kindOf(Frame frame) {
    try {
      return kindOf(frame.messageType(), frame);
    } catch (MalformedFrameException e) {
      // The application gave it to us; the router will refuse it.
      return Kind.DATA;
    }
  }

  private static Kind kindOf(MessageType type, Frame frame) {
    return switch (type) {
      case HELLO -> Kind.HELLO;
      // SYNC too: it measures time, and waiting would falsify it.
      case SUBSCRIBE, UNSUBSCRIBE, PING, PONG, SYNC -> Kind.CONTROL;
      case PUBLISH ->
          // Envelopes, which are labelled so, carry data and keep their place among them.
          frame.qos() != QoS.COMMIT
                  && (frame.addressStartsWith(P2P_ADDRESS)
                      || frame.addressStartsWith(SIGNAL_ADDRESS))
              ? Kind.CONTROL
              : Kind.DATA;
      default -> Kind.DATA;
    };
  }
}

package to.clasp.transport.peer;

import to.clasp.core.codec.Frame;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SignalType;

/** Which kind of channel a frame needs. */
public enum Reliability {
  /** Ordered, repeated until it arrives: everything but streams. */
  RELIABLE,
  /** Neither ordered nor repeated: streams sent with the QoS {@link QoS#FIRE}. */
  UNRELIABLE;

  /**
   * Chooses by signal type and QoS. A stream that asks for more than {@link QoS#FIRE} gets the
   * reliable channel. Nothing else may be lossy, whatever its QoS label: clients label gestures and
   * requests FIRE though the end of a gesture must not be lost.
   *
   * @param frame the frame
   * @return the kind of channel
   */
  public static Reliability of(Frame frame) {
    return frame.signal() == SignalType.STREAM && frame.qos() == QoS.FIRE ? UNRELIABLE : RELIABLE;
  }
}

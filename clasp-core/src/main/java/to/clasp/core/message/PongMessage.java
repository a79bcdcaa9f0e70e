package to.clasp.core.message;

/** PONG: answers PING. */
public record PongMessage() implements Message {

  @Override
  public MessageType type() {
    return MessageType.PONG;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

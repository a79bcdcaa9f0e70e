package to.clasp.core.message;

/** PING: asks for a sign of life. */
public record PingMessage() implements Message {

  @Override
  public MessageType type() {
    return MessageType.PING;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

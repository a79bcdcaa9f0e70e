package to.clasp.core.message;

/**
 * QUERY: asks for the definitions of announced signals.
 *
 * @param pattern address pattern
 */
public record QueryMessage(String pattern) implements Message {

  @Override
  public MessageType type() {
    return MessageType.QUERY;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

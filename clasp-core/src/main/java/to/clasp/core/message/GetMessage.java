package to.clasp.core.message;

/**
 * GET: asks for one parameter.
 *
 * @param address a literal address, no pattern
 */
public record GetMessage(String address) implements Message {

  @Override
  public MessageType type() {
    return MessageType.GET;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

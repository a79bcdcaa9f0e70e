package to.clasp.core.message;

/**
 * UNSUBSCRIBE: ends a subscription.
 *
 * @param id the id given in SUBSCRIBE, unsigned
 */
public record UnsubscribeMessage(int id) implements Message {

  @Override
  public MessageType type() {
    return MessageType.UNSUBSCRIBE;
  }

  @Override
  public QoS defaultQos() {
    return QoS.CONFIRM;
  }
}

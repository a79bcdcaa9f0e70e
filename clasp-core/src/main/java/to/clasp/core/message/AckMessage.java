package to.clasp.core.message;

import org.jspecify.annotations.Nullable;

/**
 * ACK: tells that a SET, BUNDLE or ANNOUNCE was accepted.
 *
 * @param address the address concerned, or null
 * @param revision the new revision (unsigned), or null
 * @param locked whether the parameter is locked, or null
 * @param holder session that holds the lock, or null
 * @param correlationId unsigned, or null; no router sets it
 */
public record AckMessage(
    @Nullable String address,
    @Nullable Long revision,
    @Nullable Boolean locked,
    @Nullable String holder,
    @Nullable Integer correlationId)
    implements Message {

  @Override
  public MessageType type() {
    return MessageType.ACK;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

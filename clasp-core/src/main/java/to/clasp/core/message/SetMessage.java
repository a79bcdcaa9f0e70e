package to.clasp.core.message;

import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * SET: sets a parameter.
 *
 * @param address the address
 * @param value the value
 * @param revision from a client the expected revision, from the router the new one (unsigned), or
 *     null
 * @param lock take the lock
 * @param unlock release the lock
 * @param ttl lifetime, or null to keep the router's
 */
public record SetMessage(
    String address,
    Value value,
    @Nullable Long revision,
    boolean lock,
    boolean unlock,
    @Nullable Ttl ttl)
    implements Message {

  @Override
  public MessageType type() {
    return MessageType.SET;
  }

  @Override
  public QoS defaultQos() {
    return QoS.CONFIRM;
  }

  /**
   * Makes a plain SET.
   *
   * @param address the address
   * @param value the value
   * @return a message without revision, lock or lifetime
   */
  public static SetMessage of(String address, Value value) {
    return new SetMessage(address, value, null, false, false, null);
  }
}

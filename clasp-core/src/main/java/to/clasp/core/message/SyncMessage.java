package to.clasp.core.message;

import org.jspecify.annotations.Nullable;

/**
 * SYNC: one exchange of clock synchronisation; all times are unsigned microseconds since 1970.
 *
 * @param t1 when the client sent the request
 * @param t2 when the router received it, or null in a request
 * @param t3 when the router answered, or null in a request
 */
public record SyncMessage(long t1, @Nullable Long t2, @Nullable Long t3) implements Message {

  @Override
  public MessageType type() {
    return MessageType.SYNC;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

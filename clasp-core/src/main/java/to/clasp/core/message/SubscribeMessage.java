package to.clasp.core.message;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE: asks for deliveries whose address matches a pattern.
 *
 * @param id chosen by the client, unsigned, unique within the session
 * @param pattern address pattern
 * @param types wanted signal types; empty means all
 * @param options thinning options, or null
 */
public record SubscribeMessage(
    int id, String pattern, Set<SignalType> types, @Nullable SubscribeOptions options)
    implements Message {

  /** Copies the collections. */
  public SubscribeMessage {
    types = Set.copyOf(types);
  }

  @Override
  public MessageType type() {
    return MessageType.SUBSCRIBE;
  }

  @Override
  public QoS defaultQos() {
    return QoS.CONFIRM;
  }
}

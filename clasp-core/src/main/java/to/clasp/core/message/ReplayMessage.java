package to.clasp.core.message;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * REPLAY: asks for recorded messages.
 *
 * @param pattern address pattern
 * @param from earliest time, unsigned microseconds since 1970, or null
 * @param to latest time, unsigned microseconds since 1970, or null
 * @param limit most messages wanted, unsigned, or null
 * @param types wanted signal types; empty means all
 */
public record ReplayMessage(
    String pattern,
    @Nullable Long from,
    @Nullable Long to,
    @Nullable Integer limit,
    Set<SignalType> types)
    implements Message {

  /** Copies the collections. */
  public ReplayMessage {
    types = Set.copyOf(types);
  }

  @Override
  public MessageType type() {
    return MessageType.REPLAY;
  }

  @Override
  public QoS defaultQos() {
    return QoS.CONFIRM;
  }
}

package to.clasp.core.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * BUNDLE: several messages in one frame. A router applies its SETs before its PUBLISHes.
 *
 * @param timestamp when to apply, unsigned microseconds since 1970, or null for now; the router
 *     ignores it
 * @param messages the messages, in order
 */
public record BundleMessage(@Nullable Long timestamp, List<Message> messages) implements Message {

  /** Copies the collections. */
  public BundleMessage {
    messages = List.copyOf(messages);
  }

  @Override
  public MessageType type() {
    return MessageType.BUNDLE;
  }

  @Override
  public QoS defaultQos() {
    return QoS.COMMIT;
  }
}

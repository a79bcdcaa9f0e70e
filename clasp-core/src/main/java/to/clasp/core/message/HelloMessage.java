package to.clasp.core.message;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * HELLO: opens a session.
 *
 * @param version protocol version, 0 to 255; send 1
 * @param features what the client can do
 * @param name the client's name, for logs
 * @param token credential, or null; an empty one is written as none
 */
public record HelloMessage(int version, Set<Feature> features, String name, @Nullable String token)
    implements Message {

  /** Copies the collections. */
  public HelloMessage {
    features = Set.copyOf(features);
  }

  @Override
  public MessageType type() {
    return MessageType.HELLO;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

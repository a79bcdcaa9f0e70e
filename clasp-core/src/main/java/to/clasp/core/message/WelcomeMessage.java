package to.clasp.core.message;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * WELCOME: answers HELLO.
 *
 * @param version protocol version, 0 to 255
 * @param features what the router can do
 * @param time router clock, unsigned microseconds since 1970
 * @param session session id, new for every HELLO
 * @param name the router's name
 * @param token a new credential, or null
 */
public record WelcomeMessage(
    int version,
    Set<Feature> features,
    long time,
    String session,
    String name,
    @Nullable String token)
    implements Message {

  /** Copies the collections. */
  public WelcomeMessage {
    features = Set.copyOf(features);
  }

  @Override
  public MessageType type() {
    return MessageType.WELCOME;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

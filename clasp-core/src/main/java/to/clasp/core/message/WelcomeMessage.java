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

  /** Checks the range of the version, copies the collections and takes an empty token for none. */
  public WelcomeMessage {
    if (version < 0 || version > 0xFF) {
      throw new IllegalArgumentException("version must be 0 to 255, not " + version);
    }
    features = Set.copyOf(features);
    token = token == null || token.isEmpty() ? null : token;
  }

  @Override
  public MessageType type() {
    return MessageType.WELCOME;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }

  /** Shows everything but the token, which must not get into logs. */
  @Override
  public String toString() {
    return "WelcomeMessage[version="
        + version
        + ", features="
        + features
        + ", time="
        + Long.toUnsignedString(time)
        + ", session="
        + session
        + ", name="
        + name
        + (token == null ? ", no token]" : ", with token]");
  }
}

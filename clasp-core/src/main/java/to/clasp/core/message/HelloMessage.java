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

  /** Checks the range of the version, copies the collections and takes an empty token for none. */
  public HelloMessage {
    if (version < 0 || version > 0xFF) {
      throw new IllegalArgumentException("version must be 0 to 255, not " + version);
    }
    features = Set.copyOf(features);
    token = token == null || token.isEmpty() ? null : token;
  }

  @Override
  public MessageType type() {
    return MessageType.HELLO;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }

  /** Shows everything but the token, which must not get into logs. */
  @Override
  public String toString() {
    return "HelloMessage[version="
        + version
        + ", features="
        + features
        + ", name="
        + name
        + (token == null ? ", no token]" : ", with token]");
  }
}

package to.clasp.core.message;

import org.jspecify.annotations.Nullable;

/**
 * ERROR: tells that a request was refused. See the CLASP error codes, "Error codes" of the wire
 * format.
 *
 * @param code error code, 0 to 65 535
 * @param message text for people
 * @param address the address or pattern concerned, or null
 * @param correlationId unsigned, or null; no router sets it
 */
public record ErrorMessage(
    int code, String message, @Nullable String address, @Nullable Integer correlationId)
    implements Message {

  /** Checks the range of the code. */
  public ErrorMessage {
    if (code < 0 || code > 0xFFFF) {
      throw new IllegalArgumentException("error code must be 0 to 65535, not " + code);
    }
  }

  @Override
  public MessageType type() {
    return MessageType.ERROR;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

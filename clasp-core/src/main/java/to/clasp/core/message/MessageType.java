package to.clasp.core.message;

import org.jspecify.annotations.Nullable;

/** The message types and their codes (CLASP wire format, "Message codes and default QoS"). */
public enum MessageType {
  /** Opens a session. */
  HELLO(0x01),
  /** Answers HELLO. */
  WELCOME(0x02),
  /** Announces signals. */
  ANNOUNCE(0x03),
  /** Talk between routers. */
  FEDERATION_SYNC(0x04),
  /** Asks for deliveries. */
  SUBSCRIBE(0x10),
  /** Ends a subscription. */
  UNSUBSCRIBE(0x11),
  /** An event, stream, gesture or timeline. */
  PUBLISH(0x20),
  /** Sets a parameter. */
  SET(0x21),
  /** Asks for a parameter. */
  GET(0x22),
  /** Parameters with their state. */
  SNAPSHOT(0x23),
  /** Asks for recorded messages. */
  REPLAY(0x24),
  /** Several messages in one. */
  BUNDLE(0x30),
  /** Clock synchronisation. */
  SYNC(0x40),
  /** Asks for PONG. */
  PING(0x41),
  /** Answers PING. */
  PONG(0x42),
  /** Acknowledges a request. */
  ACK(0x50),
  /** Refuses a request. */
  ERROR(0x51),
  /** Asks for announced signals. */
  QUERY(0x60),
  /** Answers QUERY. */
  RESULT(0x61);

  private static final @Nullable MessageType[] BY_CODE = new MessageType[0x62];

  static {
    for (MessageType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  MessageType(int code) {
    this.code = code;
  }

  /**
   * Returns the code on the wire.
   *
   * @return the first byte of the payload
   */
  public int code() {
    return code;
  }

  /**
   * Finds the type with a code.
   *
   * @param code the first byte of a compact binary payload
   * @return the type, or null when the code is unassigned
   */
  public static @Nullable MessageType fromCode(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }
}

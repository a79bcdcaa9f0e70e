package to.clasp.core.codec;

import org.jspecify.annotations.Nullable;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;

/** Finds what routing needs at the head of a payload. */
final class Routing {

  private Routing() {}

  static @Nullable String address(PayloadReader in) {
    switch (MessageReader.type(in)) {
      case SET -> {
        in.u8("SET.flags");
        return in.address("SET.address");
      }
      case PUBLISH -> {
        in.u8("PUBLISH.flags");
        return in.address("PUBLISH.address");
      }
      case GET -> {
        return in.address("GET.address");
      }
      case ACK -> {
        return (in.u8("ACK.flags") & 0x01) != 0 ? in.address("ACK.address") : null;
      }
      case ERROR -> {
        in.u16("ERROR.code");
        in.slice(in.u16("ERROR.message"), "ERROR.message");
        return (in.u8("ERROR.flags") & 0x01) != 0 ? in.address("ERROR.address") : null;
      }
      default -> {
        return null;
      }
    }
  }

  static @Nullable String address(Message message) {
    if (message instanceof SetMessage set) {
      return set.address();
    }
    if (message instanceof PublishMessage publish) {
      return publish.address();
    }
    if (message instanceof GetMessage get) {
      return get.address();
    }
    if (message instanceof AckMessage ack) {
      return ack.address();
    }
    return message instanceof ErrorMessage error ? error.address() : null;
  }

  static @Nullable SignalType signal(PayloadReader in) {
    return switch (MessageReader.type(in)) {
      case SET -> SignalType.PARAM;
      case PUBLISH -> Codes.signal(in.u8("PUBLISH.flags") >> 5);
      default -> null;
    };
  }

  static @Nullable SignalType signal(Message message) {
    if (message instanceof SetMessage) {
      return SignalType.PARAM;
    }
    return message instanceof PublishMessage publish ? publish.signal() : null;
  }

  /** Where the address of a SET, PUBLISH or GET starts, or -1. */
  static int addressStart(byte[] bytes, int payload, int end) {
    if (payload >= end) {
      return -1;
    }
    int code = bytes[payload];
    int start;
    if (code == MessageType.SET.code() || code == MessageType.PUBLISH.code()) {
      start = payload + 4;
    } else if (code == MessageType.GET.code()) {
      start = payload + 3;
    } else {
      return -1;
    }
    return start <= end && addressLength(bytes, start) <= end - start ? start : -1;
  }

  /** The length of the address that starts there, from the two bytes before it. */
  static int addressLength(byte[] bytes, int start) {
    return (bytes[start - 2] & 0xFF) << 8 | (bytes[start - 1] & 0xFF);
  }
}

package to.clasp.hybrid.signal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * A message of a peer link that travels through the router, at the address of the peer's signals:
 * the router hands it to that session alone, and waits rather than drops when it reads slowly. A
 * map like that of a signal, of a type that others ignore.
 *
 * @param from the sender, in the terms of the address: its session, or its name
 * @param name the sender's peer id
 * @param session the sender's session
 * @param message the message; must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record LinkEnvelope(String from, @Nullable String name, @Nullable String session, byte[] message) {

  private static final String LINK = "link";
  private static final String MESSAGE = "message";

  static Value.Dict write(String from, String name, String session, byte[] message) {
    Map<String, Value> map = new LinkedHashMap<>();
    map.put("type", Value.of(LINK));
    map.put("from", Value.of(from));
    map.put("name", Value.of(name));
    map.put("session", Value.of(session));
    map.put(MESSAGE, Value.Bytes.copyOf(message));
    return new Value.Dict(map);
  }

  static boolean isOne(@Nullable Value value) {
    return value instanceof Value.Dict map && LINK.equals(map.text("type"));
  }

  static LinkEnvelope read(@Nullable Value value) throws MalformedSignalException {
    if (value instanceof Value.Dict map && map.get(MESSAGE) instanceof Value.Bytes bytes) {
      String from = map.text("from");
      if (from != null) {
        return new LinkEnvelope(from, map.text("name"), map.text("session"), bytes.toByteArray());
      }
    }
    throw new MalformedSignalException("an envelope needs a sender and a message");
  }
}

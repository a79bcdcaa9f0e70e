package to.clasp.hybrid.signal;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;
import to.clasp.hybrid.identity.Seal;
import to.clasp.transport.peer.Signal;

/**
 * The payload map of a signal (CLASP P2P signalling, "Payload maps"), one schema for both kinds of
 * address, with keys of ours that others ignore: {@code name} and {@code session} of the sender,
 * and its seal.
 *
 * @param from the sender, in the terms of the address: its session, or its name
 * @param name the sender's peer id, or null when it is of another implementation
 * @param session the sender's session, or null when unknown
 * @param signal what it says
 * @param seal key and signature of the sender, or null when it signs nothing
 */
record SignalPayload(
    String from,
    @Nullable String name,
    @Nullable String session,
    Signal signal,
    @Nullable Seal seal) {

  private static final String TYPE = "type";
  private static final String FROM = "from";
  private static final String NAME = "name";
  private static final String SESSION = "session";
  private static final String SDP = "sdp";
  private static final String CANDIDATE = "candidate";
  private static final String CORRELATION = "correlation_id";
  private static final String REASON = "reason";
  private static final String KEY = "clasp_key";
  private static final String SIGNATURE = "clasp_signature";
  private static final Set<String> KNOWN =
      Set.of(TYPE, FROM, NAME, SESSION, SDP, CANDIDATE, CORRELATION, REASON, KEY, SIGNATURE);

  /** Ids are of this many characters at most; ours have less than half. */
  private static final int MAX_ID = 512;

  /** Keys that a description may carry beside the known ones, and their size. */
  private static final int MAX_EXTENSIONS = 16;

  private static final int MAX_EXTENSION = 1_024;

  /** Candidates have some hundred characters. */
  private static final int MAX_CANDIDATE = 4_096;

  /** Of a reason, so much is kept. */
  private static final int MAX_REASON = 512;

  static Value.Dict write(
      Signal signal,
      String from,
      @Nullable String name,
      @Nullable String session,
      @Nullable Seal seal) {
    Map<String, Value> map = new LinkedHashMap<>();
    if (signal instanceof Signal.Offer offer) {
      put(map, TYPE, "offer");
      put(map, SDP, offer.sdp());
      offer.extensions().forEach((key, text) -> put(map, key, text));
    } else if (signal instanceof Signal.Answer answer) {
      put(map, TYPE, "answer");
      put(map, SDP, answer.sdp());
      answer.extensions().forEach((key, text) -> put(map, key, text));
    } else if (signal instanceof Signal.Candidate candidate) {
      put(map, TYPE, "ice_candidate");
      put(map, CANDIDATE, candidate.json());
    } else if (signal instanceof Signal.Connected) {
      put(map, TYPE, "connected");
    } else if (signal instanceof Signal.Disconnected gone) {
      put(map, TYPE, "disconnected");
      put(map, REASON, gone.reason());
    }
    put(map, FROM, from);
    put(map, CORRELATION, signal.correlationId());
    put(map, NAME, name);
    put(map, SESSION, session);
    if (seal != null) {
      put(map, KEY, seal.key());
      put(map, SIGNATURE, seal.signature());
    }
    return new Value.Dict(map);
  }

  private static void put(Map<String, Value> map, String key, @Nullable String text) {
    if (text != null) {
      map.put(key, Value.of(text));
    }
  }

  static SignalPayload read(@Nullable Value value) throws MalformedSignalException {
    if (!(value instanceof Value.Dict map)) {
      throw new MalformedSignalException("a signal must be a map");
    }
    String type = required(map, TYPE, MAX_ID);
    String from = required(map, FROM, MAX_ID);
    String correlation = required(map, CORRELATION, MAX_ID);
    return new SignalPayload(
        from,
        optional(map, NAME),
        optional(map, SESSION),
        switch (type) {
          case "offer" ->
              new Signal.Offer(correlation, required(map, SDP, Integer.MAX_VALUE), extensions(map));
          case "answer" ->
              new Signal.Answer(
                  correlation, required(map, SDP, Integer.MAX_VALUE), extensions(map));
          case "ice_candidate" ->
              new Signal.Candidate(correlation, required(map, CANDIDATE, MAX_CANDIDATE));
          case "connected" -> new Signal.Connected(correlation);
          case "disconnected" -> new Signal.Disconnected(correlation, reason(map));
          default -> throw new MalformedSignalException("unknown type of signal: " + type);
        },
        seal(map));
  }

  /** Half a seal is none, and is refused where one is needed. */
  private static @Nullable Seal seal(Value.Dict map) throws MalformedSignalException {
    String key = optional(map, KEY);
    String signature = optional(map, SIGNATURE);
    return key == null || signature == null ? null : new Seal(key, signature);
  }

  private static String required(Value.Dict map, String key, int longest)
      throws MalformedSignalException {
    String text = map.text(key);
    if (text == null || text.isEmpty() || text.length() > longest) {
      throw new MalformedSignalException(
          "a signal needs a text of at most " + longest + " characters under " + key);
    }
    return text;
  }

  private static @Nullable String optional(Value.Dict map, String key)
      throws MalformedSignalException {
    return map.get(key) == null ? null : required(map, key, MAX_ID);
  }

  private static @Nullable String reason(Value.Dict map) {
    String reason = map.text(REASON);
    return reason == null || reason.length() <= MAX_REASON
        ? reason
        : reason.substring(0, MAX_REASON);
  }

  private static Map<String, String> extensions(Value.Dict map) {
    Map<String, String> extensions = new HashMap<>();
    map.entries()
        .forEach(
            (key, value) -> {
              if (!KNOWN.contains(key)
                  && value instanceof Value.Text text
                  && key.length() <= MAX_EXTENSION
                  && text.value().length() <= MAX_EXTENSION
                  && extensions.size() < MAX_EXTENSIONS) {
                extensions.put(key, text.value());
              }
            });
    return extensions;
  }
}

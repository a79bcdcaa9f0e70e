package to.clasp.testkit.relay;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.Signal;

/**
 * Puts front ports in place of the real ports in the candidates of signals (RFC 8839, {@code
 * candidate-attribute}). Candidates that the relay cannot stand for, TCP above all, are removed.
 */
final class CandidateRewriter {

  private static final String ATTRIBUTE = "a=candidate:";
  private static final String PREFIX = "candidate:";
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Fields of a candidate: foundation, component, transport, priority, address, port, typ, type.
   */
  private static final int TRANSPORT = 2;

  private static final int ADDRESS = 4;
  private static final int PORT = 5;
  private static final int TYPE = 7;

  private final IntUnaryOperator frontOf;

  CandidateRewriter(IntUnaryOperator frontOf) {
    this.frontOf = frontOf;
  }

  /** Returns the signal to carry instead, or null to carry none. */
  @Nullable Signal rewrite(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return new Signal.Offer(offer.correlationId(), rewriteSdp(offer.sdp()), offer.extensions());
    }
    if (signal instanceof Signal.Answer answer) {
      return new Signal.Answer(
          answer.correlationId(), rewriteSdp(answer.sdp()), answer.extensions());
    }
    if (signal instanceof Signal.Candidate candidate) {
      String json = rewriteJson(candidate.json());
      return json == null ? null : new Signal.Candidate(candidate.correlationId(), json);
    }
    return signal;
  }

  String rewriteSdp(String sdp) {
    List<String> lines = new ArrayList<>();
    for (String line : sdp.split("\r\n", -1)) {
      if (!line.startsWith(ATTRIBUTE)) {
        lines.add(line);
        continue;
      }
      String rewritten = rewriteCandidate(line.substring("a=".length()));
      if (rewritten != null) {
        lines.add("a=" + rewritten);
      }
    }
    return String.join("\r\n", lines);
  }

  private @Nullable String rewriteJson(String json) {
    JsonObject object;
    try {
      object = JsonParser.parseString(json).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException("a candidate signal holds no JSON object: " + json, e);
    }
    if (!object.has("candidate") || object.get("candidate").isJsonNull()) {
      return json;
    }
    String text = object.get("candidate").getAsString();
    if (text.isEmpty()) {
      return json;
    }
    String rewritten = rewriteCandidate(text.startsWith(PREFIX) ? text : PREFIX + text);
    if (rewritten == null) {
      return null;
    }
    object.addProperty("candidate", rewritten);
    return object.toString();
  }

  private @Nullable String rewriteCandidate(String candidate) {
    String[] fields = candidate.split(" ");
    if (fields.length <= TYPE
        || !fields[TRANSPORT].equalsIgnoreCase("udp")
        || !fields[TYPE].equals("host")) {
      return null;
    }
    int port = port(fields[PORT]);
    if (port == 0) {
      return null;
    }
    fields[PORT] = Integer.toString(frontOf.applyAsInt(port));
    fields[ADDRESS] = LOOPBACK;
    return String.join(" ", fields);
  }

  /** The port, or 0 when the text is none. */
  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port >= 1 && port <= 65_535 ? port : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}

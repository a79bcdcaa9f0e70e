package to.clasp.transport.webrtc.link;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.onvoid.webrtc.RTCIceCandidate;
import org.jspecify.annotations.Nullable;

/**
 * Candidates as JSON text with the keys of {@code RTCIceCandidateInit} (W3C WebRTC). Native CLASP
 * peers write an empty {@code sdpMid}; the index decides then.
 */
final class CandidateJson {

  private static final String PREFIX = "candidate:";
  private static final int MAX_CHARS = 4_096;

  private CandidateJson() {}

  static String write(RTCIceCandidate candidate) {
    JsonObject json = new JsonObject();
    json.addProperty("candidate", candidate.sdp);
    json.addProperty("sdpMid", candidate.sdpMid);
    json.addProperty("sdpMLineIndex", candidate.sdpMLineIndex);
    json.add("usernameFragment", JsonNull.INSTANCE);
    return json.toString();
  }

  /**
   * Reads a candidate.
   *
   * @return the candidate, or null for the mark that no more will come
   * @throws IllegalArgumentException if it is none
   */
  static @Nullable RTCIceCandidate read(String text) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException("it has " + text.length() + " characters");
    }
    JsonObject json;
    try {
      json = JsonParser.parseString(text).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException("it is no JSON object", e);
    }
    String candidate = string(json, "candidate");
    if (candidate == null || candidate.isEmpty()) {
      return null;
    }
    String mid = string(json, "sdpMid");
    return new RTCIceCandidate(
        mid == null || mid.isEmpty() ? "0" : mid,
        index(json),
        candidate.startsWith(PREFIX) ? candidate : PREFIX + candidate);
  }

  private static @Nullable String string(JsonObject json, String key) {
    JsonElement element = json.get(key);
    if (element == null || element.isJsonNull()) {
      return null;
    }
    if (!element.isJsonPrimitive()) {
      throw new IllegalArgumentException(key + " is no text");
    }
    return element.getAsString();
  }

  private static int index(JsonObject json) {
    JsonElement element = json.get("sdpMLineIndex");
    if (element == null || element.isJsonNull()) {
      return 0;
    }
    try {
      int index = element.getAsInt();
      if (index >= 0 && index < 100) {
        return index;
      }
    } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
      throw new IllegalArgumentException("sdpMLineIndex is no number", e);
    }
    throw new IllegalArgumentException("sdpMLineIndex is out of range");
  }
}

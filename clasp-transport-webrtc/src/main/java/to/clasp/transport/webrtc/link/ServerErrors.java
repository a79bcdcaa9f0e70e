package to.clasp.transport.webrtc.link;

import dev.onvoid.webrtc.RTCPeerConnectionIceErrorEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.IceServerError;

/** The STUN and TURN servers that have not served one attempt. Confined to the rtc thread. */
final class ServerErrors {

  /** More are no news: libwebrtc tells each for each interface. */
  private static final int MAX_ERRORS = 32;

  private static final int MAX_TEXT = 200;

  private final Map<String, IceServerError> errors = new LinkedHashMap<>();

  /** Notes an error; null if it is known already. */
  @Nullable IceServerError note(RTCPeerConnectionIceErrorEvent event) {
    IceServerError error =
        new IceServerError(
            text(event.getUrl()), event.getErrorCode(), printable(text(event.getErrorText())));
    String key = error.code() + " " + error.url();
    return errors.size() < MAX_ERRORS && errors.putIfAbsent(key, error) == null ? error : null;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The server wrote it, and it goes into logs. */
  private static String printable(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", " ").strip();
    return clean.length() > MAX_TEXT ? clean.substring(0, MAX_TEXT) : clean;
  }

  void clear() {
    errors.clear();
  }

  /** What went wrong, as a sentence behind another one; empty when nothing did. */
  String explanation() {
    return errors.isEmpty()
        ? ""
        : "; "
            + errors.values().stream()
                .map(IceServerError::toString)
                .collect(Collectors.joining("; "));
  }
}

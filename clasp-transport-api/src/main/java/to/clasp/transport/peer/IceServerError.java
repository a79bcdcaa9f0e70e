package to.clasp.transport.peer;

import java.util.Objects;

/**
 * A STUN or TURN server that did not serve (W3C WebRTC, {@code RTCPeerConnectionIceErrorEvent}).
 * Others may have: a link can still be made.
 *
 * @param url the server
 * @param code the error that it answered with, 300 to 699 (RFC 8489, section 14.8), or 701 when it
 *     could not be reached
 * @param text what it said; of the server, so not to be trusted
 */
public record IceServerError(String url, int code, String text) {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int UNREACHABLE = 701;

  /** Checks that all is there. */
  public IceServerError {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(text, "text");
  }

  /**
   * Tells whether username and credential were refused: they are wrong, or have expired.
   *
   * @return true if so
   */
  public boolean isRefusal() {
    return code == UNAUTHORIZED || code == FORBIDDEN;
  }

  /**
   * Tells whether the server could not be reached.
   *
   * @return true if so
   */
  public boolean isUnreachable() {
    return code == UNREACHABLE;
  }

  @Override
  public String toString() {
    String said = text.isBlank() ? "" : " " + text;
    if (isUnreachable()) {
      return url + " cannot be reached (" + code + said + ")";
    }
    return url
        + " answers "
        + code
        + said
        + (isRefusal() ? "; check username and credential, and whether they have expired" : "");
  }
}

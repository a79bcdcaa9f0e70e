package to.clasp.transport.webrtc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import to.clasp.transport.peer.IceServer;

/** The servers that {@code scripts/with-coturn} has started. */
final class Coturn {

  static final String USER = environment("CLASP_TURN_USER");
  static final String PASSWORD = environment("CLASP_TURN_PASSWORD");

  private Coturn() {}

  private static String environment(String name) {
    return Objects.requireNonNull(
        System.getenv(name), "start these tests with scripts/test-turn; missing is " + name);
  }

  /** Of the server with one user. */
  static String url(String scheme, String host, String parameters) {
    return scheme + ":" + host + ":" + environment("CLASP_TURN_PORT") + parameters;
  }

  static IceServer turn(String parameters) {
    return IceServer.turn(url("turn", "127.0.0.1", parameters), USER, PASSWORD);
  }

  static IceServer stun() {
    return IceServer.stun(url("stun", "127.0.0.1", ""));
  }

  /** Of the server whose credentials expire: made as its documentation says. */
  static IceServer turnUntil(Instant expiry) {
    String username = expiry.getEpochSecond() + ":stage";
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(
          new SecretKeySpec(
              environment("CLASP_TURN_SECRET").getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return IceServer.turn(
          "turn:127.0.0.1:" + environment("CLASP_TURN_SECRET_PORT"),
          username,
          Base64.getEncoder()
              .encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8))));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("HMAC-SHA1 is part of Java", e);
    }
  }
}

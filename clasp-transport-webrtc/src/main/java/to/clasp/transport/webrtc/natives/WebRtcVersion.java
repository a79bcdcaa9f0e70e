package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.RTCPeerConnection;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version of webrtc-java, and which of its defects it has.
 *
 * @param text as Maven has it
 */
record WebRtcVersion(String text) {

  private static final Logger LOG = LoggerFactory.getLogger(WebRtcVersion.class);

  private static final String PROPERTIES =
      "META-INF/maven/dev.onvoid.webrtc/webrtc-java/pom.properties";

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(?:\\D.*)?");

  /** The last one whose native threads keep two references for each received message. */
  private static final int LAST_LEAKING_MINOR = 15;

  /** Reads the version of the library that is used. To be called when it is known to be there. */
  static WebRtcVersion current() {
    Properties properties = new Properties();
    try (InputStream in =
        RTCPeerConnection.class.getClassLoader().getResourceAsStream(PROPERTIES)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      LOG.debug("Cannot read {}", PROPERTIES, e);
    }
    return new WebRtcVersion(properties.getProperty("version", "of unknown version"));
  }

  /** Whether closing a connection forgets its native object; known of this one only. */
  boolean forgetsConnections() {
    return text.equals("0.14.0");
  }

  /**
   * Whether received messages take up memory until the factory is disposed. Taken to be so when the
   * version is not known: renewing links in vain does no harm.
   */
  boolean leaksReceivedMessages() {
    Matcher matcher = NUMBERS.matcher(text);
    return !matcher.matches()
        || (Integer.parseInt(matcher.group(1)) == 0
            && Integer.parseInt(matcher.group(2)) <= LAST_LEAKING_MINOR);
  }

  @Override
  public String toString() {
    return text;
  }
}

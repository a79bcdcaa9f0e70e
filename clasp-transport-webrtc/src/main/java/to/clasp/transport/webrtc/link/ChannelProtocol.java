package to.clasp.transport.webrtc.link;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCPriorityType;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.ChannelPriority;

/**
 * How the options of a further channel are told to WebRTC, and to the other side. WebRTC takes one
 * of the two limits, and hides the priority from the receiver; so what it does not carry stands in
 * the channel's protocol (RFC 8832, section 5.1), as in {@code clasp;lifetime=250;priority=high}.
 * Peers of other implementations have no such protocol, or ignore it.
 */
final class ChannelProtocol {

  private static final String NAME = "clasp";
  private static final String LIFETIME = "lifetime=";
  private static final String PRIORITY = "priority=";
  private static final int MAX = 65_535;

  private ChannelProtocol() {}

  static RTCDataChannelInit write(ChannelOptions options) {
    RTCDataChannelInit init = new RTCDataChannelInit();
    init.ordered = options.ordered();
    init.priority = RTCPriorityType.valueOf(options.priority().name());
    StringBuilder protocol = new StringBuilder();
    Integer retransmits = options.maxRetransmits();
    Duration lifetime = options.maxPacketLifeTime();
    if (retransmits != null) {
      init.maxRetransmits = retransmits;
    }
    if (lifetime != null) {
      if (retransmits == null) {
        init.maxPacketLifeTime = Math.toIntExact(lifetime.toMillis());
      } else {
        protocol.append(';').append(LIFETIME).append(lifetime.toMillis());
      }
    }
    if (options.priority() != ChannelPriority.LOW) {
      protocol.append(';').append(PRIORITY).append(name(options.priority()));
    }
    if (!protocol.isEmpty()) {
      init.protocol = NAME + protocol;
    }
    return init;
  }

  static ChannelOptions read(RTCDataChannel channel) {
    String protocol = channel.getProtocol();
    return read(
        channel.isOrdered(),
        channel.isReliable(),
        channel.getMaxRetransmits(),
        channel.getMaxPacketLifeTime(),
        protocol == null ? "" : protocol);
  }

  /** A limit of 0 may be none, as libwebrtc tells them; a channel has one of them at most. */
  static ChannelOptions read(
      boolean ordered, boolean reliable, int retransmits, int lifetime, String protocol) {
    ChannelOptions.Builder options = ChannelOptions.builder().ordered(ordered);
    if (!reliable && lifetime > 0 && lifetime <= MAX) {
      options.maxPacketLifeTime(Duration.ofMillis(lifetime));
    } else if (!reliable) {
      options.maxRetransmits(Math.max(0, Math.min(retransmits, MAX)));
    }
    String[] parts = protocol.split(";", -1);
    if (parts[0].equals(NAME)) {
      for (String part : parts) {
        readPart(part, options);
      }
    }
    return options.build();
  }

  private static void readPart(String part, ChannelOptions.Builder options) {
    if (part.startsWith(LIFETIME)) {
      Integer millis = number(part.substring(LIFETIME.length()));
      if (millis != null) {
        options.maxPacketLifeTime(Duration.ofMillis(millis));
      }
    } else if (part.startsWith(PRIORITY)) {
      for (ChannelPriority priority : ChannelPriority.values()) {
        if (name(priority).equals(part.substring(PRIORITY.length()))) {
          options.priority(priority);
        }
      }
    }
  }

  /** A time that a peer names; null if it is none. */
  private static @Nullable Integer number(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    int number = Integer.parseInt(text);
    return number >= 1 && number <= MAX ? number : null;
  }

  /** As the W3C writes it, such as {@code very-low}. */
  private static String name(ChannelPriority priority) {
    return priority.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

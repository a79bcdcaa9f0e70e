package to.clasp.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceTransportPolicy;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;

/** How direct links find their way. */
final class IceOptions {

  private static final Pattern PORTS = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

  @Option(
      names = "--loopback",
      description = "Link only with peers on this machine; no packet of a link leaves it.")
  private boolean loopback;

  @Option(
      names = "--rtc-config",
      paramLabel = "FILE",
      description =
          "A file with the configuration that JavaScript pages give to RTCPeerConnection, as JSON:"
              + " iceServers and iceTransportPolicy. The options below add to its servers.")
  private @Nullable Path rtcConfig;

  @Option(
      names = "--stun",
      paramLabel = "URL",
      description =
          "A STUN server, such as stun:host:3478, to link across NATs; may be repeated. Default:"
              + " none is contacted.")
  private List<String> stun = new ArrayList<>();

  @Option(
      names = "--turn",
      paramLabel = "URL",
      description =
          "A TURN server, such as turn:host:3478?transport=tcp, to relay where there is no direct"
              + " way; may be repeated.")
  private List<String> turn = new ArrayList<>();

  @Option(
      names = "--turn-user",
      paramLabel = "NAME",
      defaultValue = "${env:CLASP_TURN_USER:-}",
      description =
          "The user name for the TURN servers. Default: what the environment variable"
              + " CLASP_TURN_USER says.")
  private String turnUser = "";

  @Option(
      names = "--turn-password",
      paramLabel = "PASSWORD",
      description =
          "The password for the TURN servers. Others on this machine can see options; the"
              + " environment variable CLASP_TURN_PASSWORD is safer.")
  private @Nullable String turnPassword;

  @Option(
      names = "--ice-policy",
      paramLabel = "POLICY",
      description =
          "all; relay, to use TURN servers only; or no-host, to keep the addresses of this machine"
              + " to itself. Default: what the file says, or all.")
  private @Nullable String policy;

  @Option(
      names = "--ports",
      paramLabel = "MIN-MAX",
      description = "The UDP ports that links may use. Default: any.")
  private @Nullable String ports;

  /** The STUN and TURN servers that were named by options. */
  private List<IceServer> servers() {
    String given = turnPassword != null ? turnPassword : System.getenv("CLASP_TURN_PASSWORD");
    String password = given == null ? "" : given;
    return Stream.concat(
            stun.stream().map(IceServer::stun),
            turn.stream().map(url -> IceServer.turn(url, turnUser, password)))
        .toList();
  }

  /** Makes the configuration of links. */
  RtcConfig rtcConfig() {
    RtcConfig given = given();
    RtcConfig.Builder config =
        given.toBuilder()
            .networkScope(loopback ? NetworkScope.LOOPBACK : NetworkScope.ALL)
            .iceServers(Stream.concat(given.iceServers().stream(), servers().stream()).toList());
    if (policy != null) {
      config.iceTransportPolicy(policyOf(policy));
    }
    if (ports != null) {
      Matcher range = PORTS.matcher(ports);
      if (!range.matches()) {
        throw new IllegalArgumentException("--ports must be such as 50000-50100, not " + ports);
      }
      config.portRange(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
    }
    return config.build();
  }

  /** What the file says; without one, the defaults. */
  private RtcConfig given() {
    if (rtcConfig == null) {
      return RtcConfig.DEFAULTS;
    }
    String json;
    try {
      json = Files.readString(rtcConfig);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--rtc-config must be a file that can be read, and "
              + rtcConfig
              + " is none: "
              + e.getClass().getSimpleName(),
          e);
    }
    try {
      return RtcConfig.fromJson(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--rtc-config " + rtcConfig + ": " + e.getMessage(), e);
    }
  }

  private static IceTransportPolicy policyOf(String policy) {
    return switch (policy.toLowerCase(Locale.ROOT)) {
      case "all" -> IceTransportPolicy.ALL;
      case "relay" -> IceTransportPolicy.RELAY;
      case "no-host" -> IceTransportPolicy.NO_HOST;
      default ->
          throw new IllegalArgumentException(
              "--ice-policy must be all, relay or no-host, not " + policy);
    };
  }
}

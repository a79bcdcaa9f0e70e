package to.clasp.transport.peer;

import java.util.ArrayList;
import java.util.List;
import to.clasp.transport.InvalidOptionException;

/** Reads {@link RtcConfig} from the JSON that JavaScript pages use. */
final class RtcConfigJson {

  private RtcConfigJson() {}

  static RtcConfig read(String json) {
    return read(JsonFields.parse(json));
  }

  static RtcConfig read(JsonFields fields) {
    fields.allow(
        "iceServers",
        "iceTransportPolicy",
        "bundlePolicy",
        "rtcpMuxPolicy",
        "iceCandidatePoolSize");
    List<IceServer> servers = new ArrayList<>();
    for (JsonFields server : fields.objects("iceServers")) {
      servers.add(server(server));
    }
    return RtcConfig.builder().iceServers(servers).iceTransportPolicy(policy(fields)).build();
  }

  private static IceServer server(JsonFields fields) {
    fields.allow("urls", "username", "credential", "credentialType");
    String type = fields.text("credentialType");
    if (type != null && !type.equals("password")) {
      throw new InvalidOptionException(
          fields.path("credentialType"), "must be \"password\", or missing", null);
    }
    List<String> urls = fields.texts("urls");
    if (urls.isEmpty()) {
      throw new InvalidOptionException(
          fields.path("urls"), "must be a URL such as stun:host:3478, or a list of URLs", null);
    }
    String username = fields.text("username");
    String credential = fields.text("credential");
    for (String url : urls) {
      if (IceServer.isTurn(url) && (username == null || credential == null)) {
        throw new InvalidOptionException(
            fields.path(username == null ? "username" : "credential"),
            "is missing, which " + url + " needs",
            null);
      }
    }
    try {
      return new IceServer(urls, username, credential);
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException(fields.path("urls"), "is wrong: " + e.getMessage(), e);
    }
  }

  private static IceTransportPolicy policy(JsonFields fields) {
    String policy = fields.text("iceTransportPolicy");
    return switch (policy == null ? "all" : policy) {
      case "all" -> IceTransportPolicy.ALL;
      case "relay" -> IceTransportPolicy.RELAY;
      case "no-host" -> IceTransportPolicy.NO_HOST;
      default ->
          throw new InvalidOptionException(
              "iceTransportPolicy", "must be all, relay or no-host", null);
    };
  }
}

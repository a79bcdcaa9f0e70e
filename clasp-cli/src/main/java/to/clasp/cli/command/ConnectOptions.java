package to.clasp.cli.command;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspBuilder;
import to.clasp.transport.TransportException;
import to.clasp.transport.spi.TransportProviders;

/** Which router to use, and how. */
final class ConnectOptions {

  @Option(
      names = {"-r", "--router"},
      paramLabel = "URL",
      defaultValue = "${env:CLASP_ROUTER:-ws://127.0.0.1:7330}",
      description =
          "The router, such as ws://host:7330. Default: what the environment variable CLASP_ROUTER"
              + " says, else a router on this machine (here: ${DEFAULT-VALUE}).")
  private String router = "";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The token, for a router that asks for one. Others on this machine can see options; the"
              + " environment variable CLASP_TOKEN is safer.")
  private @Nullable String token;

  /** Starts to build a client. */
  ClaspBuilder client() {
    ClaspBuilder builder = Clasp.builder(router);
    requireKnownScheme();
    String given = token != null ? token : System.getenv("CLASP_TOKEN");
    if (given != null && !given.isEmpty()) {
      builder.token(given);
    }
    return builder;
  }

  /** To the client a transport is missing; here, where all are on board, the URL is wrong. */
  private void requireKnownScheme() {
    try {
      TransportProviders.shared().forUri(URI.create(router));
    } catch (TransportException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  String router() {
    return router;
  }
}

package to.clasp.cli.command;

import com.google.gson.JsonObject;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import to.clasp.cli.output.Output;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.EmbeddedRouterBuilder;

/** Runs a router. */
@Command(
    name = "router",
    description = {
      "Run a small router for development, until Ctrl-C.",
      "",
      "It keeps everything in memory and knows no TLS; production uses CLASP's own router."
    },
    footer = {"", "Examples:", "  clasp router", "  clasp router --host 0.0.0.0 --port 8000"})
public final class RouterCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on; 0.0.0.0 lets other machines in. Default: ${DEFAULT-VALUE}.")
  private String host = "";

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      defaultValue = "7330",
      description = "Port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Let in only clients that show this token. Default: let all in.")
  private @Nullable String token;

  @Option(
      names = "--rate-limit",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Messages a second from each client; 0 for no limit. Default: ${DEFAULT-VALUE}.")
  private int rateLimit;

  @Override
  public Integer call() throws InterruptedException {
    EmbeddedRouterBuilder builder =
        EmbeddedRouter.builder().host(host).port(port).rateLimit(rateLimit);
    if (token != null) {
      builder.token(token, "read:/**", "write:/**");
    }
    Output output = standard.open();
    try (EmbeddedRouter router = builder.start()) {
      JsonObject json = new JsonObject();
      json.addProperty("event", "listening");
      json.addProperty("uri", router.uri().toString());
      json.addProperty("port", router.port());
      output.event("listening on " + router.uri() + "; Ctrl-C ends", json);
      Answers.await(output.abandoned());
    }
    return ExitCode.OK.code();
  }
}

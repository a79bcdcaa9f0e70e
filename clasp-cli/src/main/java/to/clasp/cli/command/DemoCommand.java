package to.clasp.cli.command;

import com.google.gson.JsonObject;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import to.clasp.cli.demo.Demo;
import to.clasp.cli.demo.DemoReport;
import to.clasp.cli.demo.web.WebDemo;
import to.clasp.cli.output.Output;

/** Shows the main job without a server or a network. */
@Command(
    name = "demo",
    description = {
      "Show what happens when a direct link breaks.",
      "",
      "Starts a router and two clients in one process, on the loopback interface only. One client"
          + " sends numbered values to the other, 1 000 a second. When they travel directly, the"
          + " direct path is cut without a word to either side; the values take the router. Then"
          + " the path is restored, and the values return to it.",
      "",
      "The demo is ok if nothing was lost, nothing arrived twice or out of order, and both paths"
          + " were used.",
      "",
      "With --web, a page shows the same between a browser and a peer in this process, with a button"
          + " that cuts the path, until Ctrl-C."
    })
public final class DemoCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--web", description = "Serve a page, on the loopback interface only.")
  private boolean web;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      defaultValue = "7380",
      description = "Port of the page with --web; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--router",
      paramLabel = "URL",
      description =
          "A router that serves, such as ws://127.0.0.1:7330, instead of one that the demo starts;"
              + " not with --web. It must allow more than 2 000 messages a second.")
  private @Nullable URI router;

  @Override
  public Integer call() throws InterruptedException {
    Output output = standard.open();
    if (web && router != null) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "--router is not for --web");
    }
    return web ? serve(output) : show(output);
  }

  private int serve(Output output) throws InterruptedException {
    try (WebDemo demo = WebDemo.start(port)) {
      JsonObject json = new JsonObject();
      json.addProperty("event", "serving");
      json.addProperty("uri", demo.uri().toString());
      json.addProperty("router", demo.router().toString());
      output.event("open " + demo.uri() + " in a browser; Ctrl-C ends", json);
      Answers.await(output.abandoned());
    }
    return ExitCode.OK.code();
  }

  private int show(Output output) throws InterruptedException {
    DemoReport report = Demo.run(output, router);
    output.event(report.toText(), report.toJson());
    return (report.isOk() ? ExitCode.OK : ExitCode.FAILED).code();
  }
}

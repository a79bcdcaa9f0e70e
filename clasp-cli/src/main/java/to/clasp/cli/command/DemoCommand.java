package to.clasp.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import to.clasp.cli.demo.Demo;
import to.clasp.cli.demo.DemoReport;
import to.clasp.cli.output.Output;

/** Shows the main job without a server or a network. */
@Command(name = "demo")
public final class DemoCommand implements Callable<Integer> {

  @Override
  public Integer call() throws InterruptedException {
    Output output =
        new Output(
            new java.io.PrintWriter(System.out, false, java.nio.charset.StandardCharsets.UTF_8),
            false);
    DemoReport report = Demo.run(output);
    output.event(report.toTable(), report.toJson());
    return report.isOk() ? 0 : 1;
  }
}

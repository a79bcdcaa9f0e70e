package to.clasp.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import to.clasp.cli.demo.Demo;
import to.clasp.cli.demo.DemoReport;
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
          + " were used."
    })
public final class DemoCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();

  @Override
  public Integer call() throws InterruptedException {
    Output output = standard.open();
    DemoReport report = Demo.run(output);
    output.event(report.toText(), report.toJson());
    return (report.isOk() ? ExitCode.OK : ExitCode.FAILED).code();
  }
}

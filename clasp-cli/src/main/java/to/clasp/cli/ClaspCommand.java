package to.clasp.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import to.clasp.cli.command.DemoCommand;

/** The root of all commands. */
@Command(name = "clasp", subcommands = DemoCommand.class)
final class ClaspCommand {

  private ClaspCommand() {}

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new ClaspCommand()).setOut(out).setErr(err);
  }
}

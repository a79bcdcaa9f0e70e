package to.clasp.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import to.clasp.cli.command.DemoCommand;

/** Starts the command line. */
@Command(name = "clasp", subcommands = DemoCommand.class)
public final class Main {

  private Main() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}

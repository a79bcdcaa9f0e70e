package to.clasp.cli.command;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import to.clasp.cli.output.Output;

/** What every command has: help, and how it prints. */
final class StandardOptions {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(names = "--json", description = "Print one JSON object a line, for programs.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  /** Makes the output that the options ask for. */
  Output open() {
    CommandLine line = Objects.requireNonNull(command).commandLine();
    return new Output(line.getOut(), line.getErr(), json);
  }
}

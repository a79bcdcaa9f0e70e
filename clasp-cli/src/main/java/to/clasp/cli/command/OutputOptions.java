package to.clasp.cli.command;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import to.clasp.cli.output.Output;

/** How a command prints. */
final class OutputOptions {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(names = "--json", description = "Print one JSON object a line, for programs.")
  private boolean json;

  /** Makes the output that the options ask for. */
  Output open() {
    return new Output(Objects.requireNonNull(command).commandLine().getOut(), json);
  }
}

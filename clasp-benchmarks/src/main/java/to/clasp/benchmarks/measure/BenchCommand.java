package to.clasp.benchmarks.measure;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What the commands of measured benchmarks have in common: they make the benchmark from their
 * options, and print its report. The exit code is 0 unless something was lost, repeated or
 * reordered; a missed aim stands in the report and is no error, for machines differ.
 */
@Command(mixinStandardHelpOptions = true)
public abstract class BenchCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "One JSON object on the last line.")
  private boolean json;

  /** For subclasses; made by the command line. */
  protected BenchCommand() {}

  /**
   * Makes the benchmark.
   *
   * @return what will be measured
   */
  protected abstract MeasuredBench bench();

  /**
   * Gives the command line, for errors about options.
   *
   * @return the model of this command
   */
  protected final CommandSpec spec() {
    return Objects.requireNonNull(spec, "set by the command line");
  }

  /**
   * Checks options.
   *
   * @param holds what must be true of them
   * @param otherwise what is wrong when it is not
   * @throws ParameterException if it is not
   */
  protected final void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec().commandLine(), otherwise);
    }
  }

  @Override
  public final Integer call() throws Exception {
    Report report = bench().measure();
    PrintWriter out = spec().commandLine().getOut();
    out.println(json ? report.toJson() : report.toText());
    out.flush();
    return report.isSound() ? 0 : 1;
  }
}

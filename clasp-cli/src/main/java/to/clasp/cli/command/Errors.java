package to.clasp.cli.command;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import to.clasp.client.ClaspException;
import to.clasp.transport.TransportException;

/** Turns what went wrong into one sentence on standard error, and an exit code. */
public final class Errors implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

  /** For {@link CommandLine}. */
  public Errors() {}

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    say(err, e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    }
    err.flush();
    return ExitCode.USAGE.code();
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    ExitCode code;
    if (e instanceof ClaspException clasp) {
      code = ExitCode.of(clasp.code());
      say(err, e.getMessage());
    } else if (e instanceof TransportException transport) {
      code = ExitCode.of(transport);
      say(err, e.getMessage());
    } else if (e instanceof UncheckedIOException) {
      code = ExitCode.UNAVAILABLE;
      say(err, e.getMessage());
    } else if (e instanceof IllegalArgumentException) {
      code = ExitCode.USAGE;
      say(err, e.getMessage());
    } else if (e instanceof InterruptedException) {
      code = ExitCode.INTERRUPTED;
    } else {
      code = ExitCode.DEFECT;
      LOG.debug("defect", e);
      say(err, "a defect of this program: " + e + "; please report it");
    }
    err.flush();
    return code.code();
  }

  private static void say(PrintWriter err, @Nullable String message) {
    err.println("clasp: " + message);
  }
}

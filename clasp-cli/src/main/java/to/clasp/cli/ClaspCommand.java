package to.clasp.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import to.clasp.cli.command.DemoCommand;
import to.clasp.cli.command.DoctorCommand;
import to.clasp.cli.command.EmitCommand;
import to.clasp.cli.command.Errors;
import to.clasp.cli.command.ExitCode;
import to.clasp.cli.command.GetCommand;
import to.clasp.cli.command.OnCommand;
import to.clasp.cli.command.PeerCommand;
import to.clasp.cli.command.RouterCommand;
import to.clasp.cli.command.SetCommand;
import to.clasp.cli.command.StreamCommand;

/** The root of all commands. */
@Command(
    name = "clasp",
    versionProvider = ClaspCommand.Version.class,
    subcommands = {
      DemoCommand.class,
      RouterCommand.class,
      SetCommand.class,
      GetCommand.class,
      EmitCommand.class,
      StreamCommand.class,
      OnCommand.class,
      PeerCommand.class,
      DoctorCommand.class
    },
    description = {
      "Work with CLASP, which links lights, instruments, sensors and visuals through a router.",
      "",
      "What is sent has an address, such as /lights/1/dimmer. A parameter (set) is kept by the"
          + " router; an event (emit) and the values of a stream (stream) reach those who listen"
          + " (on). What goes to /peer/<ID>/** travels directly to that peer when it can, and"
          + " through the router when it cannot."
    },
    footer = {
      "",
      "To begin with:",
      "  clasp demo                   see it work, without a server or a network",
      "  clasp bench failover         measure it: the direct path is killed again and again",
      "  clasp router                 run a router here",
      "  clasp on '/**'               in another terminal: see all that comes",
      "  clasp set /lights/1 0.5      in a third one: send something",
      "",
      "Each command takes --help. To see what happens inside, set the environment variable",
      "CLASP_JAVA_OPTS to -Dorg.slf4j.simpleLogger.defaultLogLevel=debug."
    })
final class ClaspCommand implements Runnable {

  private static final int HELP_WIDTH = 96;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean version;

  private ClaspCommand() {}

  /** Makes the command line with all commands. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    Errors errors = new Errors();
    CommandLine line =
        new CommandLine(new ClaspCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(HELP_WIDTH)
            .setParameterExceptionHandler(errors)
            .setExecutionExceptionHandler(errors)
            .setOut(out)
            .setErr(err);
    layOutHelp(line);
    line.getSubcommands().values().forEach(ClaspCommand::layOutHelp);
    return line;
  }

  private static void layOutHelp(CommandLine line) {
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      codes.put(Integer.toString(code.code()), code.meaning());
    }
    line.getCommandSpec()
        .usageMessage()
        .descriptionHeading("%n")
        .parameterListHeading("%nParameters:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(codes);
  }

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "say what to do; try clasp demo");
  }

  /** The version of the JAR. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = ClaspCommand.class.getPackage().getImplementationVersion();
      return new String[] {"clasp " + (version == null ? "(not packaged)" : version)};
    }
  }
}

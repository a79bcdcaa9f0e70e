package to.clasp.benchmarks.exchange;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench exchange}. */
@Command(
    name = "exchange",
    mixinStandardHelpOptions = true,
    description = {
      "Exchange numbered values with a peer that runs this command in another process, perhaps on"
          + " another machine, until standard input ends. Prints a JSON object a line: each change"
          + " of path when it comes, and the result.",
      "Exit code 0 only if every value of the peer arrived once and in order."
    })
public final class ExchangeCommand implements Callable<Integer> {

  private static final int MAX_RATE = 100_000;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--router", paramLabel = "URI", required = true, description = "Where both meet.")
  private URI router = URI.create("");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "Of this side, and its peer id.")
  private String name = "";

  @Option(names = "--peer", paramLabel = "NAME", required = true, description = "Of the other one.")
  private String peer = "";

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Values per second that this side sends, 1 to 100000. Default: 1000.")
  private int rate;

  /** Made by the command line. */
  public ExchangeCommand() {}

  @Override
  public Integer call() throws Exception {
    CommandSpec known = Objects.requireNonNull(spec);
    if (rate < 1 || rate > MAX_RATE) {
      throw new ParameterException(known.commandLine(), "--rate must be 1 to 100000");
    }
    PrintWriter out = known.commandLine().getOut();
    Exchange exchange = new Exchange(router, name, peer, rate, event -> print(out, event));
    JsonObject result = exchange.runWhileOpen(System.in);
    print(out, result);
    return result.get("ok").getAsBoolean() ? 0 : 1;
  }

  private static void print(PrintWriter out, JsonObject event) {
    out.println(event);
    out.flush();
  }
}

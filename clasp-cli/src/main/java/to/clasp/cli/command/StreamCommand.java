package to.clasp.cli.command;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import to.clasp.cli.output.Output;
import to.clasp.client.Clasp;
import to.clasp.core.address.Address;

/** Sends the values of a stream. */
@Command(
    name = "stream",
    description = {
      "Send values that replace one another, such as a sensor's; the newest counts.",
      "",
      "Takes them from the command line, or one from each line of standard input."
    },
    footer = {
      "",
      "Examples:",
      "  clasp stream /sensor/1 0.1 0.2 0.3",
      "  seq 1 1000 | clasp stream /counter --rate 50"
    })
public final class StreamCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Where, such as /sensor/1.")
  private String address = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "VALUE",
      description = "What: JSON, or else text. Default: the lines of standard input.")
  private List<String> values = new ArrayList<>();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Values a second, 1 to 1000, which is what a router takes. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Override
  public Integer call() throws InterruptedException {
    if (rate < 1 || rate > 1_000) {
      throw new IllegalArgumentException("--rate must be 1 to 1000, not " + rate);
    }
    Address.requireValid(address);
    Output output = standard.open();
    long sent;
    try (InterruptibleInput input = new InterruptibleInput(System.in);
        Clasp clasp = connect.client().listener(new SessionNotes(output)).connect()) {
      Iterator<String> given = values.iterator();
      sent =
          values.isEmpty()
              ? send(clasp, input::readLine)
              : send(clasp, () -> given.hasNext() ? given.next() : null);
    }
    JsonObject json = new JsonObject();
    json.addProperty("event", "stream");
    json.addProperty("address", address);
    json.addProperty("sent", sent);
    output.event("sent " + sent + (sent == 1 ? " value" : " values") + " to " + address, json);
    return ExitCode.OK.code();
  }

  /** Where values come from. */
  private interface Source {
    /** The next one, or null at the end. */
    @Nullable String next() throws InterruptedException;
  }

  private long send(Clasp clasp, Source source) throws InterruptedException {
    long sent = 0;
    try (Pace pace = new Pace(rate)) {
      for (String text = source.next(); text != null; text = source.next()) {
        pace.await();
        Answers.await(clasp.stream(address, ValueText.parse(text)));
        sent++;
      }
    }
    return sent;
  }
}

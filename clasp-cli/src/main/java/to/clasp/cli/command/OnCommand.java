package to.clasp.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import to.clasp.cli.output.Events;
import to.clasp.cli.output.Output;
import to.clasp.client.Clasp;
import to.clasp.client.SubscribeOptions;
import to.clasp.client.Update;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.message.SignalType;

/** Listens. */
@Command(
    name = "on",
    description = {
      "Print what comes to addresses that match a pattern, until Ctrl-C.",
      "",
      "Parameters that the router keeps come first. A lost connection is made again."
    },
    footer = {
      "",
      "Examples:",
      "  clasp on '/lights/*/dimmer'",
      "  clasp on '/**' --json",
      "  clasp on /cue/go --count 1"
    })
public final class OnCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();

  @Parameters(
      index = "0",
      paramLabel = "PATTERN",
      description =
          "Which addresses: * stands for one segment, ** for any number. Quote it, or the shell"
              + " may replace the stars.")
  private String pattern = "";

  @Option(
      names = {"-t", "--type"},
      split = ",",
      paramLabel = "TYPE",
      description = "Only these: ${COMPLETION-CANDIDATES}. Default: all.")
  private List<SignalType> types = new ArrayList<>();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "End after so many values.")
  private @Nullable Integer count;

  @Option(
      names = "--max-rate",
      paramLabel = "N",
      description = "At most so many values a second of one address; the newest counts.")
  private @Nullable Integer maxRate;

  @Override
  public Integer call() throws InterruptedException {
    AddressPattern.parse(pattern);
    if (count != null && count < 1) {
      throw new IllegalArgumentException("--count must be 1 or more, not " + count);
    }
    SubscribeOptions.Builder wanted =
        SubscribeOptions.builder().types(types.toArray(new SignalType[0]));
    if (maxRate != null) {
      wanted.maxRate(maxRate);
    }
    Output output = standard.open();
    SessionNotes notes = new SessionNotes(output);
    try (Clasp clasp = connect.client().listener(notes).connect()) {
      Printer printer = new Printer(new Events(output), count);
      var unused = clasp.subscribe(pattern, wanted.build(), printer::heard);
      Answers.await(CompletableFuture.anyOf(printer.enough, notes.refused(), output.abandoned()));
    }
    return ExitCode.OK.code();
  }

  /** Prints up to so many values. Confined to the callback of one subscription. */
  private static final class Printer {
    private final CompletableFuture<Void> enough = new CompletableFuture<>();
    private final Events events;
    private long left;

    Printer(Events events, @Nullable Integer count) {
      this.events = events;
      this.left = count == null ? Long.MAX_VALUE : count;
    }

    void heard(Update update) {
      if (left == 0) {
        return;
      }
      events.heard(update);
      left--;
      if (left == 0) {
        enough.complete(null);
      }
    }
  }
}

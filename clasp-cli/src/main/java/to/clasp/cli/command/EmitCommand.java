package to.clasp.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import to.clasp.cli.output.Events;
import to.clasp.client.Clasp;
import to.clasp.core.address.Address;
import to.clasp.core.value.Value;

/** Sends an event. */
@Command(
    name = "emit",
    description = "Send an event: it reaches those who listen now, and is not kept.",
    footer = {"", "Examples:", "  clasp emit /cue/go", "  clasp emit /cue/go '{\"number\": 12}'"})
public final class EmitCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Where, such as /cue/go.")
  private String address = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VALUE",
      defaultValue = "null",
      description = "What: JSON, or else text. Default: null.")
  private String value = "";

  @Override
  public Integer call() throws InterruptedException {
    Address.requireValid(address);
    Value parsed = ValueText.parse(value);
    try (Clasp clasp = connect.client().connect()) {
      new Events(standard.open())
          .sent("emit", address, parsed, Answers.await(clasp.emit(address, parsed)));
    }
    return ExitCode.OK.code();
  }
}

package to.clasp.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import to.clasp.cli.output.Events;
import to.clasp.client.Clasp;
import to.clasp.core.address.Address;
import to.clasp.core.value.Value;

/** Sets a parameter. */
@Command(
    name = "set",
    description = {
      "Set a parameter: a value that the router keeps and tells to all who listen.",
      "",
      "Prints the parameter's new revision when the router has acknowledged.",
    },
    footer = {
      "",
      "Examples:",
      "  clasp set /lights/1/dimmer 0.75",
      "  clasp set /lights/1/colour '{\"r\": 255, \"g\": 120, \"b\": 0}'",
      "  clasp set /stage/title 'Second act'"
    })
public final class SetCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Where, such as /lights/1/dimmer.")
  private String address = "";

  @Parameters(
      index = "1",
      paramLabel = "VALUE",
      description = "What: JSON, such as 0.5 or true or [1, 2]; what is no JSON is text.")
  private String value = "";

  @Override
  public Integer call() throws InterruptedException {
    Address.requireValid(address);
    Value parsed = ValueText.parse(value);
    try (Clasp clasp = connect.client().connect()) {
      new Events(standard.open())
          .sent("set", address, parsed, Answers.await(clasp.set(address, parsed)));
    }
    return ExitCode.OK.code();
  }
}

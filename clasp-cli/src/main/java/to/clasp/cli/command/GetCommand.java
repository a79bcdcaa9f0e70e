package to.clasp.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import to.clasp.cli.output.Events;
import to.clasp.client.Clasp;
import to.clasp.core.address.Address;

/** Asks for a parameter. */
@Command(
    name = "get",
    description = {
      "Print the value of a parameter.",
      "",
      "A router does not answer for an address that it does not know, so that an unknown address"
          + " ends with exit code 75 after 5 s."
    },
    footer = {"", "Example:", "  clasp get /lights/1/dimmer"})
public final class GetCommand implements Callable<Integer> {

  @Mixin private final StandardOptions standard = new StandardOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Which, such as /lights/1/dimmer.")
  private String address = "";

  @Override
  public Integer call() throws InterruptedException {
    Address.requireValid(address);
    try (Clasp clasp = connect.client().connect()) {
      new Events(standard.open()).got(address, Answers.await(clasp.get(address)));
    }
    return ExitCode.OK.code();
  }
}

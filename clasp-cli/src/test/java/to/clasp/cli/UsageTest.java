package to.clasp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, wrong use, and what cannot be reached. */
class UsageTest {

  private static final String NO_ROUTER = "ws://127.0.0.1:1";

  @Test
  void tellsANewcomerWhatThereIs() {
    Cli help = Cli.run("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(String.join("\n", help.out()))
        .contains(
            "clasp demo", "set ", "get ", "emit ", "stream ", "on ", "peer ", "router ", "doctor ")
        .contains("64    Something in the command line is wrong.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "router", "set", "get", "emit", "stream", "on", "peer", "doctor"})
  void explainsEachCommand(String command) {
    Cli help = Cli.run(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out().get(0)).startsWith("Usage: clasp " + command);
    assertThat(String.join("\n", help.out())).contains("--json", "--help", "Exit codes:");
    assertThat(help.out()).allMatch(line -> line.length() <= 96);
  }

  @Test
  void tellsItsVersion() {
    assertThat(Cli.run("--version").out()).singleElement().asString().startsWith("clasp ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                  | say what to do",
        "lunch                             | 'lunch'",
        "set /x                            | VALUE",
        "set /x 1 2                        | '2'",
        "set x 1                           | must start with '/'",
        "set /x 99999999999999999999       | 64 bits",
        "set -r http://127.0.0.1:1 /x 1    | scheme",
        "set -r ws://127.0.0.1:99999 /x 1  | port",
        "set -r ws:///path /x 1            | host",
        "set -r nonsense /x 1              | nonsense",
        "get x                             | must start with '/'",
        "peer x --ice-policy most          | --ice-policy",
        "peer x --ports 5                  | --ports",
        "peer x --ports 0-1                | portRange",
        "peer x --stun http://a            | http://a",
        "on x                              | x",
        "on /x --count 0                   | --count",
        "on /x --max-rate 0                | maxRate",
        "on /x --type smell                | smell",
        "stream /x --rate 1001             | --rate",
        "stream x 1                        | must start with '/'",
        "peer a/b                          | a/b",
        "peer *                            | *",
        "peer a --stun http://nowhere      | http://nowhere",
        "router --port 65536               | port",
        "router --port none                | none",
        "router --rate-limit -1            | rateLimit",
        "demo --fast                       | --fast"
      })
  void saysInOneSentenceWhatIsWrong(String args, String expected) {
    Cli wrong = Cli.run(args == null ? new String[0] : args.split(" "));
    assertThat(wrong.err().get(0)).startsWith("clasp: ").contains(expected);
    assertThat(wrong.err()).hasSizeLessThanOrEqualTo(2);
    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.out()).isEmpty();
  }

  @Test
  void refusesAnEmptyPeerId() {
    Cli peer = Cli.run("peer", "");
    assertThat(peer.exitCode()).isEqualTo(64);
    assertThat(peer.err()).singleElement().asString().contains("peer id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"set /x 1", "get /x", "emit /x", "stream /x 1", "on /x", "peer stage"})
  void saysThatThereIsNoRouter(String args) {
    Cli cli = Cli.run((args + " -r " + NO_ROUTER).split(" "));
    assertThat(cli.err())
        .singleElement()
        .asString()
        .isEqualTo(
            "clasp: nothing listens at ws://127.0.0.1:1; check host and port, and that the router"
                + " runs");
    assertThat(cli.exitCode()).isEqualTo(69);
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void saysThatThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Cli router = Cli.run("router", "--port", Integer.toString(taken.getLocalPort()));
      assertThat(router.exitCode()).isEqualTo(69);
      assertThat(router.err())
          .singleElement()
          .asString()
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void saysThatAValueIsTooLarge() {
    try (Cli router = Cli.start("router", "--port", "0", "--json")) {
      String url = router.awaitObject("event", "listening").get("uri").getAsString();
      Cli set = Cli.run("set", "-r", url, "/x", "a".repeat(70_000));
      assertThat(set.exitCode()).isEqualTo(64);
      assertThat(set.err()).singleElement().asString().contains("65535");
    }
  }
}

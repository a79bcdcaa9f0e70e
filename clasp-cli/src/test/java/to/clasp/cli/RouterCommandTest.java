package to.clasp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

class RouterCommandTest {

  @Test
  void servesUntilItIsInterrupted() {
    Leaks leaks = new Leaks();
    try (Cli router = Cli.start("router", "--port", "0", "--json")) {
      JsonObject listening = router.awaitObject("event", "listening");
      String url = "ws://127.0.0.1:" + listening.get("port").getAsInt();
      assertThat(listening.get("uri").getAsString()).isEqualTo(url);
      assertThat(Cli.run("set", "-r", url, "/x", "1").exitCode()).isZero();
      assertThat(router.interrupt()).isEqualTo(130);
      assertThat(Cli.run("set", "-r", url, "/x", "1").exitCode()).isEqualTo(69);
      assertThat(router.err()).isEmpty();
    }
    leaks.assertNone();
  }

  @Test
  void asksForItsToken() {
    try (Cli router = Cli.start("router", "-p", "0", "--json", "--token", "secret")) {
      String url = router.awaitObject("event", "listening").get("uri").getAsString();
      assertThat(Cli.run("set", "-r", url, "/x", "1").exitCode()).isEqualTo(77);
      assertThat(Cli.run("set", "-r", url, "--token", "secret", "/x", "1").exitCode()).isZero();
      assertThat(Cli.run("get", "-r", url, "--token", "secret", "/x").out()).containsExactly("1");
    }
  }
}

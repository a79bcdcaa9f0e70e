package to.clasp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A JVM of its own for each command: it must end by itself, and on a signal. */
class MainTest {

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void leaveNoProcessBehind() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).start();
    started.add(process);
    return process;
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the JVM has ended").isTrue();
    return process.exitValue();
  }

  @Test
  void endsWithTheExitCodeOfTheCommand() throws Exception {
    Process set = start("set", "-r", "ws://127.0.0.1:1", "/x", "1");
    try (BufferedReader err = set.errorReader()) {
      assertThat(err.readLine()).startsWith("clasp: nothing listens at ws://127.0.0.1:1");
      assertThat(err.readLine()).isNull();
    }
    assertThat(exitCode(set)).isEqualTo(69);
  }

  @Test
  void closesWhatRunsWhenItIsTerminated() throws Exception {
    Process router = start("router", "--port", "0", "--json");
    try (BufferedReader lines = router.inputReader()) {
      String url = Cli.json(lines.readLine()).get("uri").getAsString();
      Process peer = start("peer", "stage", "-r", url, "--loopback");
      try (BufferedReader heard = peer.inputReader();
          BufferedReader err = peer.errorReader()) {
        assertThat(heard.readLine()).isEqualTo("reachable at /peer/stage/** through " + url);
        peer.toHandle().destroy();
        assertThat(exitCode(peer)).isEqualTo(143);
        // Nothing of the native library, which talks when a JVM ends.
        assertThat(heard.readLine()).isNull();
        assertThat(err.readLine()).isNull();
      }
      router.toHandle().destroy();
      assertThat(exitCode(router)).isEqualTo(143);
      assertThat(lines.readLine()).isNull();
    }
  }

  @Test
  void endsWhenNobodyReadsWhatItPrints() throws Exception {
    Process router = start("router", "--port", "0", "--json");
    try (BufferedReader lines = router.inputReader()) {
      String url = Cli.json(lines.readLine()).get("uri").getAsString();
      Process on = start("on", "-r", url, "/x");
      on.getInputStream().close();
      Cli.run("set", "-r", url, "/x", "1");
      assertThat(exitCode(on)).isZero();
    }
  }
}

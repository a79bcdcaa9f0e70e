package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/** Links move to fresh native factories, because webrtc-java keeps memory for each message. */
class RenewalTest {

  /** Of one factory: webrtc_jni and rtc-low-prio threads, and one of the audio module. */
  private static final int THREADS_OF_A_FACTORY = 5;

  /** How many messages a small JVM receives; 20 000 000 take half an hour. */
  private static final long MESSAGES = Long.getLong("clasp.messages", 200_000);

  @TempDir private Path directory;

  @Test
  void linksMoveFromFactoryToFactoryWithoutAGap() throws Exception {
    try (Exchange exchange = new Exchange(2_000)) {
      exchange.send(1_000);
      int threads = nativeThreads().size();
      exchange.send(19_000);

      assertThat(exchange.renewals()).isGreaterThanOrEqualTo(5);
      assertThat(exchange.eventsSinceLinked())
          .hasOnlyElementsOfTypes(PeerEvent.Renewed.class, PeerEvent.CandidatePairChanged.class);
      PeerSnapshot peer = exchange.desk.peer("stage").orElseThrow();
      assertThat(peer.state()).isEqualTo(PeerState.CONNECTED);
      // Two generations may overlap: that of the link that is kept for the peer, and the newest.
      assertThat(nativeThreads()).hasSizeLessThanOrEqualTo(threads + 2 * THREADS_OF_A_FACTORY);
    }
    assertThat(nativeThreads()).hasSizeLessThanOrEqualTo(THREADS_OF_A_FACTORY);
  }

  @Test
  void aSmallHeapIsEnoughForManyMessages() throws Exception {
    // At 90 bytes each, 200 000 messages would fill it, and 20 million would fill 128 MB.
    boolean soak = MESSAGES > 1_000_000;
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                soak ? "-Xmx128m" : "-Xmx24m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                ManyMessages.class.getName(),
                String.valueOf(MESSAGES),
                soak ? "500000" : "10000")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(100 + MESSAGES / 5_000, TimeUnit.SECONDS))
          .as(() -> "ends by itself: " + read(output))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    String lines = read(output);
    System.out.println(lines);
    assertThat(process.exitValue()).as(lines).isZero();
    assertThat(lines).contains("received: " + MESSAGES);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> nativeThreads() throws IOException {
    List<String> names = new ArrayList<>();
    Path tasks = Path.of("/proc/self/task");
    if (Files.isDirectory(tasks)) {
      try (Stream<Path> all = Files.list(tasks)) {
        for (Path task : all.toList()) {
          try {
            names.add(Files.readString(task.resolve("comm")).trim());
          } catch (IOException e) {
            // It ended while we looked.
            assertThat(task).doesNotExist();
          }
        }
      }
    }
    names.removeIf(name -> !name.matches("webrtc_jni.*|rtc-low-prio|AudioDeviceBuff"));
    return names;
  }
}

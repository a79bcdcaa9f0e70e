package to.clasp.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many links one after another, in a JVM of its own: what a client that runs for weeks does. */
class ChurnTest {

  private static final int WARM_UP = 50;
  private static final int CYCLES = Integer.getInteger("clasp.churn.cycles", 500);

  @TempDir private Path directory;

  @Test
  void linksComeAndGoAndLeaveNothingBehind() throws Exception {
    assertThat(CYCLES).as("clasp.churn.cycles").isGreaterThan(WARM_UP);
    List<String> lines = churn();

    Figures warm = Figures.read("warm", lines);
    Figures end = Figures.read("end", lines);
    System.out.printf("after %d cycles %s%nafter %d cycles %s%n", WARM_UP, warm, CYCLES, end);
    assertThat(lines).contains("cycles: " + CYCLES);
    // One thread or descriptor a link would show hundredfold. Java's own compiler threads come and
    // go, and those of the last link may be on their way out.
    assertThat(end.threads()).isLessThanOrEqualTo(warm.threads() + 5);
    assertThat(end.descriptors()).isLessThanOrEqualTo(warm.descriptors() + 5);
    long later = (long) CYCLES - WARM_UP;
    // A link that is kept costs 10 KB of heap. What webrtc-java 0.14.0 leaks for each observer and
    // message is some 0.5 KB for each cycle; classes are loaded meanwhile, and compiled.
    assertThat(end.heapKilobytes()).isLessThanOrEqualTo(warm.heapKilobytes() + 1_000 + later);
    // A native connection that is kept costs 50 KB, and a cycle has two. Measured: 35 KB for each
    // cycle at first, of which compiled code is a part, 5 KB later.
    assertThat(end.residentKilobytes())
        .isLessThanOrEqualTo(warm.residentKilobytes() + 10_000 + 30 * later);
  }

  private List<String> churn() throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // All of the heap is resident from the start, so that only native memory grows.
                "-Xms64m",
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                Churn.class.getName(),
                String.valueOf(WARM_UP),
                String.valueOf(CYCLES))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // With the many arenas that glibc keeps for threads, resident memory goes up and down.
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output);
    assertThat(process.exitValue()).as(() -> String.join("\n", lines)).isZero();
    return lines;
  }
}

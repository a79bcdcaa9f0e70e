package to.clasp.transport.webrtc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this process uses; zero where the system does not tell.
 *
 * @param threads those of libwebrtc included
 * @param descriptors open file descriptors
 * @param residentKilobytes memory that is not swapped out
 * @param heapKilobytes Java objects that are still referred to
 */
record Figures(long threads, long descriptors, long residentKilobytes, long heapKilobytes) {

  private static final Path PROCESS = Path.of("/proc/self");

  static Figures now() throws IOException {
    // What is not referred to any more does not count; finalizers are not used.
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return new Figures(
        count("task"),
        count("fd"),
        resident(),
        (runtime.totalMemory() - runtime.freeMemory()) / 1024);
  }

  private static long count(String directory) throws IOException {
    Path listed = PROCESS.resolve(directory);
    if (!Files.isDirectory(listed)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(listed)) {
      return all.count();
    }
  }

  private static long resident() throws IOException {
    Path status = PROCESS.resolve("status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  void print(String when) {
    System.out.printf(
        "%s: %d %d %d %d%n", when, threads, descriptors, residentKilobytes, heapKilobytes);
  }

  /** Reads what {@link #print} wrote. */
  static Figures read(String when, List<String> lines) {
    String line =
        lines.stream()
            .filter(each -> each.startsWith(when + ": "))
            .findFirst()
            .orElseThrow(() -> new AssertionError(String.join("\n", lines)));
    long[] numbers =
        Arrays.stream(line.substring(when.length() + 2).split(" ", -1))
            .mapToLong(Long::parseLong)
            .toArray();
    return new Figures(numbers[0], numbers[1], numbers[2], numbers[3]);
  }
}

package to.clasp.benchmarks.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this process takes of the machine.
 *
 * @param residentBytes resident memory, or 0 where the system does not tell
 * @param threads threads of the process, those of native libraries too where the system tells
 */
record Footprint(long residentBytes, long threads) {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long KIBIBYTE = 1_024;

  /** Looks, which costs next to nothing. */
  static Footprint now() {
    if (!Files.isReadable(STATUS)) {
      return new Footprint(0, ManagementFactory.getThreadMXBean().getThreadCount());
    }
    try {
      List<String> lines = Files.readAllLines(STATUS);
      return new Footprint(number(lines, "VmRSS:") * KIBIBYTE, number(lines, "Threads:"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + STATUS, e);
    }
  }

  private static long number(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).replace("kB", "").strip())
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(STATUS + " has no " + key));
  }

  /** Collects garbage, and returns how much of the heap is in use after that. */
  static long heapBytes() {
    // What the first run makes reachable for cleaners is freed by the second.
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}

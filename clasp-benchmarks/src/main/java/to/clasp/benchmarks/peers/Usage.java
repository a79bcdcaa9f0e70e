package to.clasp.benchmarks.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process uses.
 *
 * @param threads threads, those of the native library too; those of Java where that is not known
 * @param residentBytes memory that the system counts; 0 where that is not known
 * @param heapBytes live objects
 */
record Usage(int threads, long residentBytes, long heapBytes) {

  private static final Path STATUS = Path.of("/proc/self/status");

  static Usage now() {
    System.gc();
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    int javaThreads = ManagementFactory.getThreadMXBean().getThreadCount();
    return new Usage(
        (int) status("Threads:", javaThreads), status("VmRSS:", 0) * 1024, heap.getUsed());
  }

  /** CPU time of all threads. */
  static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long status(String key, long otherwise) {
    if (!Files.isReadable(STATUS)) {
      return otherwise;
    }
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.substring(key.length()).replace("kB", "").trim());
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return otherwise;
  }
}

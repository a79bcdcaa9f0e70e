package to.clasp.benchmarks.flow;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much the threads of this JVM have allocated. Those that end meanwhile are not counted. */
final class Allocation {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  static long bytes() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(bytes, 0);
    }
    return sum;
  }
}

package to.clasp.cli;

import java.time.Duration;
import to.clasp.testkit.contract.LeakCheck;

/** Notices threads that a command has left behind. */
final class Leaks {

  private final LeakCheck check = LeakCheck.begin(Leaks::isOfTheProcess);

  /** Waits for the end of all threads that have come since, but for those of the process. */
  void assertNone() {
    check.assertNoThreads(Duration.ofSeconds(15));
  }

  /**
   * OkHttp's and Okio's threads and our rtc thread end when they have had nothing to do for a
   * while; threads of libwebrtc attach as "Thread-<n>".
   */
  private static boolean isOfTheProcess(Thread thread) {
    String name = thread.getName();
    return name.startsWith("OkHttp TaskRunner")
        || name.equals("Okio Watchdog")
        || name.equals("clasp-rtc")
        || name.matches("Thread-\\d+");
  }
}

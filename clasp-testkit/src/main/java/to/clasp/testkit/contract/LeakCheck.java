package to.clasp.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Notices threads, and on Linux sockets and selectors, that something has left behind. Take it
 * before and ask it after.
 */
public final class LeakCheck {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** Threads that the JVM, JUnit or Maven may start at any time. */
  private static final List<String> FOREIGN =
      List.of(
          "junit-",
          "surefire-",
          "ForkJoinPool.commonPool",
          "Common-Cleaner",
          "Cleaner-",
          "Attach Listener",
          "process reaper",
          "Keep-Alive-Timer",
          "CompletableFutureDelayScheduler");

  static {
    // The JDK keeps one descriptor from the first socket of a process on; it is no leak of a test.
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      client.shutdownOutput();
      accepted.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a socket on loopback", e);
    }
  }

  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  private final Predicate<Thread> ignored;
  private final Set<Thread> threads;
  private final Map<String, String> descriptors;

  private LeakCheck(Predicate<Thread> ignored) {
    this.ignored = ignored;
    this.threads = liveThreads();
    this.descriptors = openDescriptors();
  }

  /**
   * Notes what there is now.
   *
   * @return to be asked afterwards
   */
  public static LeakCheck begin() {
    return begin(thread -> false);
  }

  /**
   * Notes what there is now.
   *
   * @param ignored threads that may stay, such as those that the process shares
   * @return to be asked afterwards
   */
  public static LeakCheck begin(Predicate<Thread> ignored) {
    return new LeakCheck(ignored);
  }

  /**
   * Waits until the threads that were started meanwhile have ended.
   *
   * @param timeout how long to wait at most
   * @throws AssertionError if one stays; it shows where it is
   */
  public void assertNoThreads(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (Thread thread : liveThreads()) {
      if (!threads.contains(thread) && !isForeign(thread) && !ignored.test(thread)) {
        join(thread, deadline);
        if (thread.isAlive()) {
          throw new AssertionError(
              "the thread \""
                  + thread.getName()
                  + "\" is left behind, in "
                  + List.of(thread.getStackTrace()));
        }
      }
    }
  }

  /**
   * Waits until no socket, pipe or selector is open that was not before. Does nothing where the
   * system does not list them. Nobody is told when a descriptor closes, so the list is read again
   * and again.
   *
   * @param timeout how long to wait at most
   * @throws AssertionError if one is left
   */
  public void assertNoDescriptors(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<String> left = newDescriptors();
    while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      left = newDescriptors();
    }
    if (!left.isEmpty()) {
      throw new AssertionError("left behind: " + left);
    }
  }

  /** Those that are new, if there are more in all; a number may have been used again. */
  private List<String> newDescriptors() {
    Map<String, String> now = openDescriptors();
    List<String> left = new ArrayList<>();
    if (now.size() > descriptors.size()) {
      now.forEach(
          (descriptor, target) -> {
            if (!target.equals(descriptors.get(descriptor))) {
              left.add(descriptor + " = " + target);
            }
          });
    }
    return left;
  }

  private static void join(Thread thread, long deadline) {
    try {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      thread.join(Math.max(1, millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + thread.getName(), e);
    }
  }

  private static boolean isForeign(Thread thread) {
    return thread == Thread.currentThread()
        || FOREIGN.stream().anyMatch(thread.getName()::startsWith);
  }

  private static Set<Thread> liveThreads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  /** Sockets, pipes and selectors; files come and go with class loading. */
  private static Map<String, String> openDescriptors() {
    Map<String, String> open = new HashMap<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      return open;
    }
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      all.forEach(
          descriptor -> {
            String target = target(descriptor);
            if (target.startsWith("socket:")
                || target.startsWith("pipe:")
                || target.startsWith("anon_inode:")) {
              open.put(descriptor.getFileName().toString(), target);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the open descriptors", e);
    }
    return open;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // Closed since it was listed; the descriptor of the listing itself is one of these.
      return "";
    }
  }
}

package to.clasp.transport.webrtc;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.contract.NumberedFrames;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;

/**
 * Main class of a JVM of its own: links two transports, sends a frame each way and closes them,
 * over and over, on several threads, while their listeners misbehave. Prints what the process uses
 * after the warm-up and at the end, and ends by itself.
 */
public final class Churn {

  /** How many links are there at once. */
  private static final int LANES = 4;

  private Churn() {}

  /**
   * Runs the cycles.
   *
   * @param arguments how many cycles warm up, and how many there are in all
   * @throws Exception if one fails
   */
  public static void main(String[] arguments) throws Exception {
    int warmUp = Integer.parseInt(arguments[0]);
    int cycles = Integer.parseInt(arguments[1]);
    long begin = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    // Held, so that the threads of the factory are there both times; links come and go.
    AutoCloseable factory = new WebRtcPeerTransportProvider().warmUp(End.LOOPBACK);
    try {
      run(next, warmUp);
      Figures.now().print("warm");
      run(next, cycles);
      Figures.now().print("end");
    } finally {
      // Its threads would keep the JVM running.
      factory.close();
    }
    System.out.println("cycles: " + Math.min(next.get(), cycles));
    System.out.println("milliseconds: " + (System.nanoTime() - begin) / 1_000_000);
  }

  private static void run(AtomicInteger next, int until) throws Exception {
    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    Callable<Boolean> lane =
        () -> {
          int cycle = next.getAndUpdate(n -> Math.min(n + 1, until));
          while (cycle < until) {
            cycle(cycle);
            cycle = next.getAndUpdate(n -> Math.min(n + 1, until));
          }
          return true;
        };
    List<Future<Boolean>> ends = lanes.invokeAll(Collections.nCopies(LANES, lane));
    lanes.shutdown();
    for (Future<Boolean> end : ends) {
      end.get();
    }
    if (!lanes.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new AssertionError("a lane hangs");
    }
  }

  /** The number chooses who misbehaves, how, and who closes. */
  private static void cycle(int number) throws Exception {
    Mischief[] all = Mischief.values();
    Mischief mischief = all[number % all.length];
    boolean atOfferer = number / all.length % 2 == 0;
    int closer = number / all.length / 2 % 3;
    CountDownLatch released = new CountDownLatch(1);
    AtomicReference<@Nullable PeerTransport> offering = new AtomicReference<>();
    AtomicReference<@Nullable PeerTransport> answering = new AtomicReference<>();
    try (End offerer =
            end(PeerRole.OFFERER, atOfferer ? mischief : Mischief.NONE, released, answering);
        End answerer =
            end(PeerRole.ANSWERER, atOfferer ? Mischief.NONE : mischief, released, offering)) {
      offering.set(offerer.transport);
      answering.set(answerer.transport);
      End naughty = atOfferer ? offerer : answerer;
      End nice = atOfferer ? answerer : offerer;
      try {
        answerer.start();
        offerer.start();
        send(offerer, NumberedFrames.small(1, number));
        send(answerer, NumberedFrames.small(2, number));
        nice.heard.awaitFrames(1, End.TIMEOUT);
        if (mischief == Mischief.STALLS_IN_OPEN) {
          released.countDown();
        }
        naughty.heard.awaitFrames(1, End.TIMEOUT);
        // One that stalls while open closes only when it is released.
        if (closer != 0 || mischief == Mischief.STALLS_IN_FRAME) {
          nice.transport.close();
        }
        if (closer != 1) {
          naughty.transport.close();
        }
        nice.awaitClosed();
      } finally {
        released.countDown();
      }
      naughty.awaitClosed();
      requireOnly(NumberedFrames.small(2, number), offerer);
      requireOnly(NumberedFrames.small(1, number), answerer);
    }
  }

  private static End end(
      PeerRole role,
      Mischief mischief,
      CountDownLatch released,
      AtomicReference<@Nullable PeerTransport> other) {
    return End.of(role)
        .carry(
            signal -> {
              PeerTransport to = other.get();
              if (to == null) {
                throw new IllegalStateException("a signal before the start");
              }
              to.signal(signal);
              mischief.observe();
            })
        .listening(heard -> mischief.listener(heard, released))
        .make();
  }

  private static void send(End from, Frame frame) {
    from.heard.awaitOpen(End.TIMEOUT);
    SendResult result = from.transport.send(frame);
    if (!result.equals(SendResult.P2P)) {
      throw new AssertionError("the frame was not taken: " + result);
    }
  }

  private static void requireOnly(Frame frame, End end) {
    if (!end.heard.frames().equals(List.of(frame))) {
      throw new AssertionError(frame + " was sent, " + end.heard.frames() + " came");
    }
  }
}

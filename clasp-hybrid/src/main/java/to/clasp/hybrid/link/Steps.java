package to.clasp.hybrid.link;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done, on the loop, when the lock is free again. What is added while a step runs
 * follows those that wait already, so that things are told in the order in which they happened. A
 * step that throws does not keep the others from running.
 */
final class Steps {

  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

  private final ArrayDeque<Runnable> steps = new ArrayDeque<>();
  private boolean running;

  void add(Runnable step) {
    steps.add(step);
  }

  void run() {
    if (running) {
      return;
    }
    running = true;
    for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        LOG.error("what surrounds a peer link threw; the link goes on", e);
      }
    }
    running = false;
  }
}

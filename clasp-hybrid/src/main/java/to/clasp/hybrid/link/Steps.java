package to.clasp.hybrid.link;

import java.util.ArrayList;
import java.util.List;

/** What is to be done, on the loop, when the lock is free again. */
final class Steps {

  private final List<Runnable> steps = new ArrayList<>(2);

  void add(Runnable step) {
    steps.add(step);
  }

  void run() {
    steps.forEach(Runnable::run);
  }
}

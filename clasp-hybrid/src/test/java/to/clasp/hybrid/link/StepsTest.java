package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {

  private final LinkLock lock = new LinkLock();
  private final List<String> done = new ArrayList<>();

  @Test
  void runAfterUnlockingInTheOrderInWhichTheyWereLeft() {
    lock.runThenSteps(
        outer -> {
          outer.add(
              () -> {
                done.add("first");
                lock.runThenSteps(inner -> inner.add(() -> done.add("third")));
              });
          outer.add(() -> done.add("second"));
          done.add("under the lock");
        });
    assertThat(done).containsExactly("under the lock", "first", "second", "third");
  }

  @Test
  void oneThatThrowsDoesNotKeepTheOthersFromRunning() {
    lock.runThenSteps(
        steps -> {
          steps.add(
              () -> {
                throw new IllegalStateException("thrown by a test on purpose");
              });
          steps.add(() -> done.add("next"));
        });
    lock.runThenSteps(steps -> steps.add(() -> done.add("later")));
    assertThat(done).containsExactly("next", "later");
  }
}

package to.clasp.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SeedTest {

  @Test
  void namesItselfInTheFailureAndSaysHowToRepeatIt() {
    assertThatThrownBy(
            () ->
                new Seed(42)
                    .run(
                        () -> {
                          throw new AssertionError("frame 7 is missing");
                        }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("frame 7 is missing (seed 42, repeat with -Dclasp.testkit.seed=42)")
        .hasCauseInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () ->
                new Seed(43)
                    .run(
                        () -> {
                          throw new IOException("gone");
                        }))
        .hasMessageContaining("seed 43");
  }

  @Test
  void saysNothingWhenTheTestPasses() {
    boolean[] ran = {false};
    new Seed(1).run(() -> ran[0] = true);
    assertThat(ran[0]).isTrue();
  }

  @Test
  void givesTheSameNumbersForTheSamePurposeAndOthersForAnother() {
    assertThat(new Seed(5).random("a").nextLong()).isEqualTo(new Seed(5).random("a").nextLong());
    assertThat(new Seed(5).random("a").nextLong()).isNotEqualTo(new Seed(5).random("b").nextLong());
  }

  @Test
  void isTakenFromTheSystemPropertyWhenItIsSet() {
    assertThat(Seed.fresh()).isNotEqualTo(Seed.fresh());
    System.setProperty(Seed.PROPERTY, "77");
    try {
      assertThat(Seed.fresh()).isEqualTo(new Seed(77));
    } finally {
      System.clearProperty(Seed.PROPERTY);
    }
  }
}

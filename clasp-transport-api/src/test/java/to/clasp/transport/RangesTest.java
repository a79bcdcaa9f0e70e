package to.clasp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RangesTest {

  @Test
  void givesBackWhatIsInRange() {
    assertThat(Ranges.between("option", 1, 1, 3)).isEqualTo(1);
    assertThat(Ranges.between("option", 3, 1, 3)).isEqualTo(3);
    assertThat(Ranges.atLeast("option", 5, 5)).isEqualTo(5);
    assertThat(Ranges.duration("option", Duration.ofMillis(5), 5, 5)).hasMillis(5);
  }

  @Test
  void namesTheOptionTheRangeAndTheValue() {
    assertThatThrownBy(() -> Ranges.between("size", 4, 1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("size must be 1 to 3, not 4");
    assertThatThrownBy(() -> Ranges.atLeast("count", -1, 0))
        .hasMessage("count must be at least 0, not -1");
    assertThatThrownBy(() -> Ranges.duration("time", Duration.ofMillis(4), 5, 9))
        .hasMessage("time must be 5 to 9 ms, not PT0.004S");
    assertThatThrownBy(() -> Ranges.duration("time", Duration.ofSeconds(Long.MIN_VALUE), 5, 9))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package to.clasp.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeTextTest {

  private final TimeText text = new TimeText();

  @Test
  void secondsMinutesAndHours() {
    assertThat(text.convert("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(text.convert("10m")).isEqualTo(Duration.ofMinutes(10));
    assertThat(text.convert("1h")).isEqualTo(Duration.ofHours(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "60", "1d", "-1s", "1.5h", "s", "9999999999s"})
  void nothingElse(String other) {
    assertThatThrownBy(() -> text.convert(other))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining(other);
  }
}

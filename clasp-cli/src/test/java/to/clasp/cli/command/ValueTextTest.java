package to.clasp.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.value.Value;

class ValueTextTest {

  @Test
  void readsJson() {
    assertThat(ValueText.parse("1")).isEqualTo(Value.of(1L));
    assertThat(ValueText.parse("-5")).isEqualTo(Value.of(-5L));
    assertThat(ValueText.parse("9223372036854775807")).isEqualTo(Value.of(Long.MAX_VALUE));
    assertThat(ValueText.parse("1.0")).isEqualTo(Value.of(1.0));
    assertThat(ValueText.parse("1e3")).isEqualTo(Value.of(1000.0));
    assertThat(ValueText.parse("true")).isEqualTo(Value.of(true));
    assertThat(ValueText.parse("null")).isEqualTo(Value.Null.INSTANCE);
    assertThat(ValueText.parse("\"1\"")).isEqualTo(Value.of("1"));
    assertThat(ValueText.parse("[1, \"a\", null]"))
        .isEqualTo(new Value.Array(List.of(Value.of(1L), Value.of("a"), Value.Null.INSTANCE)));
    assertThat(ValueText.parse("{\"r\": 255, \"on\": {\"x\": []}}"))
        .isEqualTo(Value.of(Map.of("r", 255, "on", Map.of("x", List.of()))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "hello",
        "Second act",
        "TRUE",
        "NaN",
        "[1",
        "{a:1}",
        "'x'",
        "1 2",
        "01",
        "1.",
        "[1] trailing",
        "{\"a\":1}}",
        "/lights/1",
        "2026-11-24"
      })
  void takesWhatIsNoJsonForText(String text) {
    assertThat(ValueText.parse(text)).isEqualTo(Value.of(text));
  }

  @Test
  void refusesWhatNoValueCanHold() {
    assertThatThrownBy(() -> ValueText.parse("9223372036854775808"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 bits");
    assertThatThrownBy(() -> ValueText.parse("[".repeat(70) + "]".repeat(70)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64");
    assertThatThrownBy(() -> ValueText.parse("1e999")).isInstanceOf(IllegalArgumentException.class);
  }
}

package to.clasp.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import to.clasp.core.value.Value;

class JsonValuesTest {

  private static String json(@Nullable Object value) {
    return JsonValues.toJson(Value.of(value)).toString();
  }

  @Test
  void writesEveryTypeOfValue() {
    assertThat(json(null)).isEqualTo("null");
    assertThat(json(true)).isEqualTo("true");
    assertThat(json(Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
    assertThat(json(0.5)).isEqualTo("0.5");
    assertThat(json(1.0)).isEqualTo("1.0");
    assertThat(json("a \"b\"")).isEqualTo("\"a \\\"b\\\"\"");
    assertThat(json(Arrays.asList(1, null, List.of("x")))).isEqualTo("[1,null,[\"x\"]]");
    assertThat(json(Map.of("a", Map.of()))).isEqualTo("{\"a\":{}}");
  }

  @Test
  void writesWhatJsonLacksAsText() {
    assertThat(json(Double.NaN)).isEqualTo("\"NaN\"");
    assertThat(json(Double.NEGATIVE_INFINITY)).isEqualTo("\"-Infinity\"");
    assertThat(json(new byte[] {1, 2, (byte) 255})).isEqualTo("\"AQL/\"");
  }
}

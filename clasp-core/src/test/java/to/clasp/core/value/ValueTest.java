package to.clasp.core.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValueTest {

  @Test
  void isMadeOfJavaObjects() {
    assertThat(Value.of((Object) null)).isEqualTo(Value.Null.INSTANCE);
    assertThat(Value.of((Object) true)).isEqualTo(Value.of(true));
    assertThat(Value.of((Object) (byte) 1)).isEqualTo(Value.of(1L));
    assertThat(Value.of((Object) 1.5f)).isEqualTo(Value.of(1.5));
    assertThat(Value.of((Object) CharBuffer.wrap("x"))).isEqualTo(Value.of("x"));
    assertThat(Value.of(new byte[] {1})).isEqualTo(Value.Bytes.copyOf(new byte[] {1}));
    assertThat(Value.of(new int[] {1, 2})).isEqualTo(Value.of(List.of(1L, 2L)));
    assertThat(Value.of(new double[] {1})).isEqualTo(Value.of(List.of(1.0)));
    assertThat(Value.of(new Object[] {"a", Map.of("k", 1)}))
        .isEqualTo(Value.of(List.of("a", Map.of("k", 1L))));
  }

  @Test
  void becomesJavaObjectsAgain() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("null", null);
    map.put("list", Arrays.asList(1L, 2.5, "x", true, null));
    map.put("map", Map.of("k", List.of()));

    assertThat(Value.of(map).toJava()).isEqualTo(map);
    assertThat((byte[]) Value.of(new byte[] {1, 2}).toJava()).containsExactly(1, 2);
  }

  @Test
  void refusesWhatHasNoForm() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Value.of(new Object()))
        .withMessageContaining("java.lang.Object has no CLASP form");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Value.of(Map.of(1, 2)))
        .withMessageContaining("map key 1 is not a string");
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Value.of(cycle))
        .withMessageContaining("nested deeper than 64 levels");
  }

  @Test
  void integersMayComeAsFloats() {
    assertThat(Value.of(3.0).asLong()).isEqualTo(3);
    assertThat(Value.of(-0x1p63).asLong()).isEqualTo(Long.MIN_VALUE);
    assertThat(Value.of(3).asDouble()).isEqualTo(3.0);
    assertThatIllegalStateException().isThrownBy(() -> Value.of(3.5).asLong());
    assertThatIllegalStateException().isThrownBy(() -> Value.of(0x1p63).asLong());
    assertThatIllegalStateException().isThrownBy(() -> Value.of(Double.NaN).asLong());
    assertThatIllegalStateException().isThrownBy(() -> Value.of("3").asLong());
  }

  @Test
  void floatsAreComparedAsTheyAreWritten() {
    assertThat(Value.of(Double.NaN)).isEqualTo(Value.of(Double.NaN));
    assertThat(Value.of(0.0)).isNotEqualTo(Value.of(-0.0));
    assertThat(Value.of(1)).isNotEqualTo(Value.of(1.0));
  }

  @Test
  void sharesNothingWithWhatItWasMadeOf() {
    byte[] bytes = {1};
    List<Value> items = new ArrayList<>(List.of(Value.of(1)));
    Map<String, Value> entries = new LinkedHashMap<>(Map.of("k", Value.of(1)));
    Value blob = Value.of(bytes);
    Value array = new Value.Array(items);
    Value dict = new Value.Dict(entries);

    bytes[0] = 2;
    items.clear();
    entries.clear();

    assertThat(blob).isEqualTo(Value.Bytes.copyOf(new byte[] {1}));
    assertThat(array).isEqualTo(Value.of(List.of(1)));
    assertThat(dict).isEqualTo(Value.of(Map.of("k", 1)));
  }

  @Test
  void mapsAreAskedForTheirEntries() {
    Value.Dict dict = (Value.Dict) Value.of(Map.of("name", "x", "number", 1));

    assertThat(dict.text("name")).isEqualTo("x");
    assertThat(dict.text("number")).isNull();
    assertThat(dict.get("other")).isNull();
  }
}

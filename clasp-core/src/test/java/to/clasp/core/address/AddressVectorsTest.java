package to.clasp.core.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.core.vectors.Vectors;
import to.clasp.core.vectors.Vectors.Vector;

/** Addresses and patterns against what a real router says of them. */
class AddressVectorsTest {

  static Stream<Vector> addresses() {
    return Vectors.load("address-parse.json", 42);
  }

  static Stream<Vector> pairs() {
    return Vectors.load("address-patterns.json", 266);
  }

  static Stream<Vector> acceptedPairs() {
    return pairs().filter(vector -> !vector.element("matches").isJsonNull());
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void acceptsTheAddressesThatTheRouterParses(Vector vector) {
    String address = vector.string("input");
    boolean valid = vector.element("valid").getAsBoolean();

    assertThat(Address.isValid(address)).isEqualTo(valid);
    if (valid) {
      assertThat(Address.requireValid(address)).isSameAs(address);
    } else {
      assertThatExceptionOfType(InvalidAddressException.class)
          .isThrownBy(() -> Address.requireValid(address))
          .withMessageContaining(address);
    }
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void acceptsThePatternsThatTheRouterCompiles(Vector vector) {
    String pattern = vector.string("input");
    JsonElement compiles = vector.element("compiles");

    if (compiles != null && compiles.getAsBoolean()) {
      AddressPattern parsed = AddressPattern.parse(pattern);
      assertThat(parsed.text()).isEqualTo(pattern);
      assertThat(parsed.isLiteral()).isNotEqualTo(vector.element("isPattern").getAsBoolean());
    } else {
      assertThatExceptionOfType(InvalidAddressException.class)
          .isThrownBy(() -> AddressPattern.parse(pattern));
    }
  }

  @ParameterizedTest
  @MethodSource("acceptedPairs")
  void delivers(Vector vector) {
    assertThat(AddressPattern.parse(vector.string("pattern")).matches(vector.string("address")))
        .isEqualTo(vector.element("matches").getAsBoolean());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void takesIntoSnapshots(Vector vector) {
    assertThat(GlobPattern.compile(vector.string("pattern")).matches(vector.string("address")))
        .isEqualTo(vector.element("globMatch").getAsBoolean());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void allowsByScope(Vector vector) {
    String pattern = vector.string("pattern");
    JsonElement expected = vector.element("compiledPattern");
    if (expected.isJsonObject()) {
      assertThatExceptionOfType(InvalidAddressException.class)
          .isThrownBy(() -> ScopePattern.parse(pattern));
    } else {
      assertThat(ScopePattern.parse(pattern).matches(vector.string("address")))
          .isEqualTo(expected.getAsBoolean());
    }
  }

  static Stream<List<String>> globs() {
    return Vectors.rows("glob-match.tsv", 1_000);
  }

  static Stream<List<String>> syntax() {
    return Vectors.rows("pattern-syntax.tsv", 500);
  }

  @ParameterizedTest
  @MethodSource("globs")
  void matchesLikeTheCrateOfTheRouter(List<String> row) {
    assertThat(GlobPattern.compile(row.get(1)).matches(row.get(2)))
        .isEqualTo(row.get(0).equals("1"));
  }

  @ParameterizedTest
  @MethodSource("syntax")
  void refusesThePatternsThatDoNotCompileInTheRouter(List<String> row) {
    String problem = RouterSyntax.problemOf(row.get(1));

    assertThat(problem == null).as(problem).isEqualTo(row.get(0).equals("1"));
  }
}

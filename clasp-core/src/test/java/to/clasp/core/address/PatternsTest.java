package to.clasp.core.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/(a*",
        "/a)*",
        "/[a*",
        "/{a,b}/*",
        "/[a*]",
        "/a/+*)",
        "/a\\q*",
        "/(?=a)*",
        "/(?a*",
        "/[b-a]/*",
        "/a/*/[",
        "/|+*",
        "/{*",
        "/[&&]*",
        "/[a[b]]/*",
        "/a{2,1}*",
        "/a{x}*",
        "/\\é*"
      })
  void refusesWhatTheRouterRefuses(String pattern) {
    assertThatExceptionOfType(InvalidAddressException.class)
        .isThrownBy(() -> AddressPattern.parse(pattern))
        .withMessageContaining("a router refuses this pattern")
        .withMessageContaining(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/*\\",
        "/[ab]/*",
        "/(a)/*",
        "/{1}*",
        "/a$*",
        "/^*",
        "/a?/*",
        "/a+/**",
        "/a|b/*",
        "/[^a]*",
        "/[]a]/*",
        "/a{2}/*",
        "/a{2,}*",
        "/a{2,3}?*",
        "/\\d*",
        "/\\/*",
        "/[\\d-]/*",
        "/[-a]/*",
        "/(?:a)*",
        "/a b/*",
        "/{a,b}",
        "/(a",
        "/a)",
        "/[",
        "/\\"
      })
  void acceptsWhatTheRouterAccepts(String pattern) {
    assertThat(AddressPattern.parse(pattern).text()).isEqualTo(pattern);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/**, /a, true",
    "/a/**, é/a, false",
    "/**, é, false",
    "/a, xa, true",
    "/**/b/**/d, /a/b/c/b/d, true",
    "/**/b/**/d, /a/b/c/b/d/e, false",
    "/**/b/*/d, /b/b/b/c/d, true",
    "/*/b, /a/b, true",
    "/a*/**, /abc, false",
    "/a*/**, /b/c, false",
    "/a\\*, /a*, true",
    "/[ab]*/x, /[ab]c/x, false",
  })
  void deliversByTheRuleOfTheRouter(String pattern, String address, boolean expected) {
    assertThat(AddressPattern.parse(pattern).matches(address)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/a{b}, /ab, true",
    "'/{a,{b,c}}/x', /c/x, true",
    "'/{a,{b,c}}/x', /d/x, false",
    "'/{a,b', '/{a,b', false",
    "'/a}', '/a}', true",
    "'/a,b', '/a,b', true",
    "'/{\\,,b}', '/,', true",
    "'/[{]a', '/{a', true",
    "'/[!a-c]', /d, true",
    "'/[!a-c]', /b, false",
    "'/[^a]', /b, true",
    "'/[]]', '/]', true",
    "'/[a-', /a, false",
    "'/[\\]]', '/]', true",
    "'/[\\a-\\c]', /b, true",
    "'!/a', /b, true",
    "'!!/a', /a, true",
    "'![', /b, false",
    "'/a\\', /ab, false",
    "'/\\tb', '/\tb', true",
    "'/**/a*/b', /ax/ay/b, false",
    "'/*?', /é, true",
    "'/?', /é, false",
    "'/??', /é, true",
  })
  void takesGlobsLikeTheRouter(String pattern, String address, boolean expected) {
    assertThat(GlobPattern.compile(pattern).matches(address)).isEqualTo(expected);
  }

  @Test
  void bracesDoNotMultiplyWithoutBound() {
    String tooMany = "/" + "{a,b}".repeat(9);
    String manyMore = "/" + "{a,b}".repeat(10_000);
    String long_ = "/" + "x".repeat(60_000) + "{a,b}".repeat(8);

    assertThat(GlobPattern.compile("/" + "{a,b}".repeat(8)).matches("/abababab")).isTrue();
    assertThat(GlobPattern.compile(tooMany).matches("/ababababa")).isFalse();
    assertThat(GlobPattern.compile("!" + tooMany).matches("/x")).isFalse();
    assertThat(GlobPattern.compile(manyMore).matches("/a")).isFalse();
    assertThat(GlobPattern.compile("/" + "{".repeat(30_000)).matches("/a")).isFalse();
    assertThat(GlobPattern.compile(long_).matches("/a")).isFalse();
  }

  /** Each of these takes for ever by naive backtracking. */
  @Test
  void matchingDoesNotBlowUp() {
    String slow = "a".repeat(2_000);
    String segments = "/a".repeat(2_000);

    assertThat(glob("/" + "*a".repeat(500) + "b", "/" + slow)).isFalse();
    assertThat(glob("/" + "**/a".repeat(1), segments)).isTrue();
    assertThat(glob("/**/a".repeat(300) + "/b", segments)).isFalse();
    assertThat(glob("/**/*a*".repeat(300) + "/b", segments)).isFalse();
    assertThat(AddressPattern.parse("/**/a".repeat(300) + "/b").matches(segments)).isFalse();
    assertThat(AddressPattern.parse("/**/*".repeat(300) + "/b").matches(segments)).isFalse();
    assertThat(AddressPattern.parse("/**/*".repeat(300) + "/a").matches(segments)).isTrue();
  }

  private static boolean glob(String pattern, String address) {
    return GlobPattern.compile(pattern).matches(address);
  }

  @Provide
  Arbitrary<String> addresses() {
    return segments("a", "b", "ab", "");
  }

  @Provide
  Arbitrary<String> patterns() {
    return segments("a", "b", "ab", "*", "**", "**");
  }

  private static Arbitrary<String> segments(String... segments) {
    return Arbitraries.of(segments)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(list -> "/" + String.join("/", list));
  }

  /** The rule in other words: a regular expression over whole segments. */
  @Property
  void wholeSegmentsMatchLikeARegularExpression(
      @ForAll("patterns") String pattern, @ForAll("addresses") String address) {
    String regex =
        Stream.of(pattern.substring(1).split("/", -1))
            .map(
                segment ->
                    switch (segment) {
                      case "**" -> "(?:/[^/]*)*";
                      case "*" -> "/[^/]*";
                      default -> "/" + Pattern.quote(segment);
                    })
            .collect(Collectors.joining());

    assertThat(AddressPattern.parse(pattern).matches(address))
        .isEqualTo(Pattern.matches(regex, address));
  }

  @Test
  void areEqualByTheirText() {
    assertThat(AddressPattern.parse("/a/*")).isEqualTo(AddressPattern.parse("/a/*"));
    assertThat(AddressPattern.parse("/a/*")).hasSameHashCodeAs(AddressPattern.parse("/a/*"));
    assertThat(AddressPattern.parse("/a/*")).isNotEqualTo(AddressPattern.parse("/a/**"));
    assertThat(AddressPattern.parse("/a/*")).hasToString("/a/*");
    assertThat(GlobPattern.compile("/a")).isEqualTo(GlobPattern.compile("/a"));
    assertThat(GlobPattern.compile("/a").text()).isEqualTo("/a");
    assertThat(ScopePattern.parse("/a")).isEqualTo(ScopePattern.parse("/a"));
    assertThat(ScopePattern.parse("/a").text()).isEqualTo("/a");
  }

  @Test
  void scopesWithoutWildcardAreLiteral() {
    assertThat(ScopePattern.parse("/[ab]").matches("/a")).isFalse();
    assertThat(ScopePattern.parse("/[ab]").matches("/[ab]")).isTrue();
    assertThat(ScopePattern.parse("/a/**").matches("/a")).isFalse();
    assertThat(ScopePattern.parse("/a/**").matches("/a/b/c")).isTrue();
  }
}

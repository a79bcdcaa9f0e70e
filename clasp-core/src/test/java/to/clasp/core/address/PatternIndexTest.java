package to.clasp.core.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PatternIndexTest {

  @Provide
  Arbitrary<List<String>> addresses() {
    return Arbitraries.oneOf(
            segments("a", "b", "ab", "abc", "é", ""),
            Arbitraries.of("", "/", "a", "//", "xa", "é", "é/a", "/a//b", "a/b"))
        .list()
        .ofMaxSize(10);
  }

  @Provide
  Arbitrary<Set<String>> patterns() {
    return segments("a", "b", "ab", "é", "*", "**", "**", "a*", "*b", "a*c", "[a*", "a?*")
        .filter(PatternIndexTest::isPattern)
        .set()
        .ofMaxSize(30);
  }

  private static Arbitrary<String> segments(String... segments) {
    return Arbitraries.of(segments)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(list -> "/" + String.join("/", list));
  }

  private static boolean isPattern(String text) {
    try {
      AddressPattern.parse(text);
      return true;
    } catch (InvalidAddressException e) {
      return false;
    }
  }

  @Property
  void findsWhatEachPatternWouldMatchByItself(
      @ForAll("patterns") Set<String> patterns, @ForAll("addresses") List<String> addresses) {
    PatternIndex<String> index = new PatternIndex<>();
    patterns.forEach(text -> index.add(AddressPattern.parse(text), text));

    for (String address : addresses) {
      assertThat(index.match(address))
          .as(address)
          .containsExactlyInAnyOrderElementsOf(matching(patterns, address));
    }
  }

  @Property
  void forgetsWhatIsRemoved(
      @ForAll("patterns") Set<String> kept,
      @ForAll("patterns") Set<String> removed,
      @ForAll("addresses") List<String> addresses) {
    PatternIndex<String> index = new PatternIndex<>();
    removed.forEach(text -> index.add(AddressPattern.parse(text), "-" + text));
    kept.forEach(text -> index.add(AddressPattern.parse(text), text));

    for (String text : removed) {
      assertThat(index.remove(AddressPattern.parse(text), "-" + text)).isTrue();
      assertThat(index.remove(AddressPattern.parse(text), "-" + text)).isFalse();
    }

    assertThat(index.size()).isEqualTo(kept.size());
    for (String address : addresses) {
      assertThat(index.match(address))
          .as(address)
          .containsExactlyInAnyOrderElementsOf(matching(kept, address));
    }
  }

  private static List<String> matching(Set<String> patterns, String address) {
    return patterns.stream().filter(text -> AddressPattern.parse(text).matches(address)).toList();
  }

  @Test
  void findsEachOfManyLiterals() {
    PatternIndex<Integer> index = new PatternIndex<>();
    IntStream.range(0, 5_000).forEach(i -> index.add(AddressPattern.parse("/a/" + i + "/b"), i));

    assertThat(IntStream.range(0, 5_000))
        .allSatisfy(i -> assertThat(index.match("/a/" + i + "/b")).containsExactly(i));
    assertThat(index.match("/a/5000/b")).isEmpty();

    IntStream.iterate(0, i -> i < 5_000, i -> i + 2)
        .forEach(i -> index.remove(AddressPattern.parse("/a/" + i + "/b"), i));
    assertThat(index.match("/a/4998/b")).isEmpty();
    assertThat(index.match("/a/4999/b")).containsExactly(4_999);
    assertThat(index.size()).isEqualTo(2_500);
  }

  @Test
  void anElementHangsAsOftenAsItWasAdded() {
    PatternIndex<String> index = new PatternIndex<>();
    AddressPattern star = AddressPattern.parse("/*");
    AddressPattern a = AddressPattern.parse("/a");
    index.add(star, "x");
    index.add(star, "x");
    index.add(a, "x");

    assertThat(new ArrayList<>(index.match("/a"))).containsExactly("x", "x", "x");
    index.remove(star, "x");
    assertThat(index.match("/a")).containsExactly("x", "x");
    assertThat(index.match("/b")).containsExactly("x");
  }

  /** Each of these would take for ever if all ways through the tree were gone one by one. */
  @Test
  void doesNotBlowUp() {
    PatternIndex<String> index = new PatternIndex<>();
    index.add(AddressPattern.parse("/**/a".repeat(300) + "/b"), "b");
    index.add(AddressPattern.parse("/**/*".repeat(300) + "/a"), "a");
    for (int i = 1; i < 100; i++) {
      index.add(AddressPattern.parse("/**/a".repeat(i) + "/c"), "c");
    }

    assertThat(index.match("/a".repeat(2_000))).containsExactly("a");
  }
}

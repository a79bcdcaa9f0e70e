package to.clasp.hybrid.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pair of states: those that may follow each other, and those that must not. */
class LinkStatesTest {

  private static <E extends Enum<E>> Set<E> set(Class<E> type, String names) {
    Set<E> set = EnumSet.noneOf(type);
    for (String name : names.split(" ", -1)) {
      if (!name.isEmpty()) {
        set.add(Enum.valueOf(type, name));
      }
    }
    return set;
  }

  @ParameterizedTest
  @CsvSource({
    "PLAIN, GREETING CLOSED",
    "GREETING, ESTABLISHED PLAIN CLOSED",
    "ESTABLISHED, GREETING PLAIN CLOSED",
    "CLOSED, ''"
  })
  void ofALink(LinkState from, String next) {
    Set<LinkState> allowed = set(LinkState.class, next);
    for (LinkState to : LinkState.values()) {
      if (to == from || allowed.contains(to)) {
        assertThat(from.to(to)).isSameAs(to);
      } else {
        assertThatThrownBy(() -> from.to(to))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(from + " to " + to);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OPEN, PROVING SUSPECT",
    "PROVING, ACTIVE SUSPECT",
    "ACTIVE, SUSPECT",
    "SUSPECT, PROVING"
  })
  void ofAChannel(DirectState from, String next) {
    Set<DirectState> allowed = set(DirectState.class, next);
    for (DirectState to : DirectState.values()) {
      if (to == from || allowed.contains(to)) {
        assertThat(from.to(to)).isSameAs(to);
      } else {
        assertThatThrownBy(() -> from.to(to))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(from + " to " + to);
      }
    }
  }
}

package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static to.clasp.client.Revisions.Kind.LIVE;
import static to.clasp.client.Revisions.Kind.SNAPSHOT;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import to.clasp.client.Revisions.Kind;
import to.clasp.core.value.Value;

class RevisionsTest {

  private final Revisions revisions = new Revisions(2);
  private long now;

  private boolean isNews(long revision, String value, Kind kind) {
    return revisions.isNews("/a", revision, Value.of(value), kind, now);
  }

  private void seconds(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void whatIsUnknownIsNews() {
    assertThat(isNews(7, "x", SNAPSHOT)).isTrue();
    assertThat(revisions.isNews("/b", 1, Value.of(1), LIVE, now)).isTrue();
  }

  @Test
  void aHigherRevisionIsNewsAndALowerOneIsLate() {
    assertThat(isNews(7, "seven", LIVE)).isTrue();
    assertThat(isNews(6, "six", LIVE)).isFalse();
    assertThat(isNews(6, "six", SNAPSHOT)).isFalse();
    assertThat(isNews(8, "eight", LIVE)).isTrue();
  }

  @Test
  void revisionsAreUnsigned() {
    assertThat(isNews(Long.MAX_VALUE, "x", LIVE)).isTrue();
    assertThat(isNews(Long.MIN_VALUE, "y", LIVE)).isTrue();
    assertThat(isNews(Long.MAX_VALUE, "x", LIVE)).isFalse();
  }

  @Test
  void theSameAgainIsNoNews() {
    assertThat(isNews(7, "x", SNAPSHOT)).isTrue();
    assertThat(isNews(7, "x", LIVE)).isFalse();
    seconds(100);
    assertThat(isNews(7, "x", SNAPSHOT)).isFalse();
  }

  @Test
  void theSameRevisionWithAnotherValueIsAnotherLife() {
    assertThat(isNews(1, "x", LIVE)).isTrue();
    assertThat(isNews(1, "y", LIVE)).isTrue();
    assertThat(isNews(1, "z", SNAPSHOT)).isTrue();
  }

  @Test
  void aLowerRevisionLongAfterIsAnotherLife() {
    assertThat(isNews(700, "x", LIVE)).isTrue();
    seconds(2);
    assertThat(isNews(1, "y", LIVE)).isTrue();
    assertThat(isNews(2, "z", LIVE)).isTrue();
    seconds(2);
    assertThat(isNews(1, "y", SNAPSHOT)).isTrue();
  }

  @Test
  void theSameValueSetAgainInAnotherLifeIsNews() {
    assertThat(isNews(1, "x", LIVE)).isTrue();
    seconds(60);
    assertThat(isNews(1, "x", LIVE)).isTrue();
  }

  @Test
  void forgetsAllOfASession() {
    assertThat(isNews(700, "x", LIVE)).isTrue();

    revisions.forget();

    assertThat(isNews(1, "x", SNAPSHOT)).isTrue();
  }

  @Test
  void isBounded() {
    assertThat(isNews(700, "x", LIVE)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(revisions.isNews("/" + i, 1, Value.of(1), LIVE, now)).isTrue();
    }

    assertThat(isNews(1, "x", LIVE)).isTrue();
  }
}

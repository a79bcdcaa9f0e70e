package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import to.clasp.client.Revisions.Kind;
import to.clasp.core.value.Value;

class ValueCacheTest {

  private final ValueCache cache = new ValueCache(3);

  private void fromRouter(Object value, long revision) {
    cache.fromRouter("/a", Value.of(value), revision, Kind.LIVE, 0);
  }

  @Test
  void knowsNothingAtFirst() {
    assertThat(cache.get("/a")).isNull();
  }

  @Test
  void keepsTheNewestOfASession() {
    fromRouter("two", 2);
    fromRouter("one", 1);
    assertThat(cache.get("/a")).isEqualTo(Value.of("two"));

    fromRouter("three", 3);
    assertThat(cache.get("/a")).isEqualTo(Value.of("three"));
  }

  @Test
  void keepsValuesButNoRevisionsForTheNextSession() {
    fromRouter("before", 700);

    cache.newSession();
    assertThat(cache.get("/a")).isEqualTo(Value.of("before"));
    fromRouter("after", 1);

    assertThat(cache.get("/a")).isEqualTo(Value.of("after"));
  }

  @Test
  void takesARevisionThatBeganAgain() {
    fromRouter("before", 700);

    cache.fromRouter("/a", Value.of("after"), 1, Kind.LIVE, Duration.ofHours(1).toNanos());

    assertThat(cache.get("/a")).isEqualTo(Value.of("after"));
  }

  @Test
  void aValueWithoutRevisionIsTheNewest() {
    fromRouter("router", 700);
    cache.put("/a", Value.of("peer"), 0);
    assertThat(cache.get("/a")).isEqualTo(Value.of("peer"));

    fromRouter("router again", 1);
    assertThat(cache.get("/a")).isEqualTo(Value.of("router again"));
  }

  @Test
  void forgetsTheLeastRecentlyUsed() {
    for (String address : new String[] {"/1", "/2", "/3"}) {
      cache.put(address, Value.of(1), 0);
    }
    assertThat(cache.get("/1")).isNotNull();

    cache.put("/4", Value.of(1), 0);

    assertThat(cache.get("/2")).isNull();
    assertThat(cache.get("/1")).isNotNull();
    assertThat(cache.get("/3")).isNotNull();
  }
}

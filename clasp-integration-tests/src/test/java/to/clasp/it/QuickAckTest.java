package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import to.clasp.client.Clasp;
import to.clasp.router.EmbeddedRouter;
import to.clasp.router.options.BadManner;

/** A router whose sockets have Nagle's algorithm on costs no 40 ms for each answer. */
@EnabledOnOs(OS.LINUX)
class QuickAckTest {

  @Test
  void answersComeAtOnceFromARouterThatDelaysSmallFrames() throws Exception {
    long[] nanos = new long[51];
    try (EmbeddedRouter router =
            EmbeddedRouter.builder().port(0).with(BadManner.DELAYS_SMALL_FRAMES).start();
        Clasp client = Clasp.builder(router.uri()).name("client").connect()) {
      // The echo goes out first, and the answer behind it waits for its acknowledgement by TCP.
      client.on("/a", update -> {});
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        client.set("/a", i).get(10, TimeUnit.SECONDS);
        nanos[i] = System.nanoTime() - start;
      }
    }

    Arrays.sort(nanos);
    assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(Duration.ofMillis(30));
  }
}

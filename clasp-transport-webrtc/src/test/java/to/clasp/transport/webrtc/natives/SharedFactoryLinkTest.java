package to.clasp.transport.webrtc.natives;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.Availability;

/** The native library, the factory and the loopback scope at work. */
class SharedFactoryLinkTest {

  private static final RtcConfig LOOPBACK =
      RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build();

  @Test
  void libraryIsAvailableHere() {
    assertThat(NativeRuntime.availability()).isEqualTo(Availability.AVAILABLE);
  }

  @Test
  void messageArrivesOnceOverLoopback() throws Exception {
    FactoryLease lease = SharedFactory.instance().acquire().get(20, TimeUnit.SECONDS);
    try (LoopbackPair pair = new LoopbackPair(lease, LOOPBACK)) {
      pair.send(pair.offerer, "there".getBytes(UTF_8));
      assertThat(pair.answerer.received.poll(20, TimeUnit.SECONDS))
          .asString(UTF_8)
          .isEqualTo("there");
      pair.send(pair.answerer, "back".getBytes(UTF_8));
      assertThat(pair.offerer.received.poll(20, TimeUnit.SECONDS))
          .asString(UTF_8)
          .isEqualTo("back");
      assertThat(pair.offerer.candidates).isEmpty();
      assertThat(pair.answerer.candidates).isEmpty();
      assertThat(pair.offerer.description.lines().filter(line -> line.startsWith("a=candidate:")))
          .allSatisfy(line -> assertThat(line).contains(" 127.0.0.1 "))
          .hasSize(1);
      assertThat(pair.offerer.received).isEmpty();
      assertThat(pair.answerer.received).isEmpty();
    }
    lease.close();
    lease.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}

package to.clasp.transport.webrtc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceServerSupplier;
import to.clasp.transport.peer.RtcConfig;

@Timeout(30)
class IceServersTest {

  private static final IceServer STUN = IceServer.stun("stun:stun.example.org");

  private static RtcConfig config(IceServerSupplier supplier) {
    return RtcConfig.builder()
        .iceServers(List.of(STUN))
        .iceServerSupplier(supplier)
        .iceServerTimeout(Duration.ofMillis(200))
        .build();
  }

  private static IceServer turn(int number) {
    return IceServer.turn("turn:turn.example.org", "me", "word " + number);
  }

  private static void assertFails(CompletableFuture<?> servers, String... words) {
    assertThatThrownBy(servers::join)
        .cause()
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> assertThat(e.reason().code()).isEqualTo(Code.ICE_SERVERS_FAILED))
        .hasMessageContainingAll(words);
  }

  @Test
  void withoutASupplierTheConfigurationServesAtOnce() {
    RtcConfig config = RtcConfig.builder().iceServers(List.of(STUN)).build();

    assertThat(IceServers.find(config)).isCompletedWithValue(List.of(STUN));
  }

  @Test
  void theSupplierIsAskedEachTime() {
    AtomicInteger asked = new AtomicInteger();
    RtcConfig config =
        config(() -> CompletableFuture.completedFuture(List.of(turn(asked.incrementAndGet()))));

    assertThat(IceServers.find(config).join()).containsExactly(STUN, turn(1));
    assertThat(IceServers.find(config).join()).containsExactly(STUN, turn(2));
  }

  @Test
  void aSupplierThatFailsIsTold() {
    assertFails(
        IceServers.find(
            config(
                () -> {
                  throw new IOException("no credentials today");
                })),
        "no credentials today");
    assertFails(
        IceServers.find(
            config(() -> CompletableFuture.failedFuture(new IOException("not tomorrow either")))),
        "not tomorrow either");
  }

  @Test
  void aSupplierThatNeverAnswersIsGivenUp() {
    assertFails(IceServers.find(config(CompletableFuture::new)), "no answer within 200 ms");
  }

  @Test
  void aSupplierThatBlocksHoldsUpNobodyOfOurs() {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    CompletableFuture<List<IceServer>> servers =
        IceServers.find(
            config(
                () -> {
                  blocked.countDown();
                  release.await();
                  return CompletableFuture.completedFuture(List.of());
                }));
    try {
      assertFails(servers, "no answer within 200 ms");
      assertThat(blocked.getCount()).isZero();
    } finally {
      release.countDown();
    }
  }

  @Test
  void tooManyAreRefused() {
    assertFails(
        IceServers.find(
            config(CompletableFuture::new),
            CompletableFuture::new,
            task -> {
              throw new RejectedExecutionException("full");
            }),
        "too many");
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless supplier does
  void nullIsNoAnswer() {
    assertFails(IceServers.find(config(() -> null)), "null");
    assertFails(IceServers.find(config(() -> CompletableFuture.completedFuture(null))), "null");
  }
}

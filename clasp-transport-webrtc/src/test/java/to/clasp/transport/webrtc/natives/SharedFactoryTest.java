package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;
import to.clasp.transport.spi.Availability;

/** Counting of leases, with native factories that only record what is done to them. */
class SharedFactoryTest {

  private static final long TIMEOUT_SECONDS = 20;

  private final RtcThread rtc = new RtcThread(Duration.ofMillis(100));
  private final List<Fake> factories = new CopyOnWriteArrayList<>();
  private final CountDownLatch hang = new CountDownLatch(1);
  private volatile Availability availability = Availability.AVAILABLE;
  private volatile boolean leaking = true;
  private final SharedFactory shared = new SharedFactory(rtc, () -> availability, this::create);

  private NativeFactory create() {
    Fake factory = new Fake();
    factories.add(factory);
    return factory;
  }

  @Test
  void leasesShareOneFactoryThatGoesWithTheLast() throws Exception {
    FactoryLease first = acquire();
    FactoryLease second = acquire();
    assertThat(factories).hasSize(1);

    close(first);
    assertThat(factories.get(0).log).isEmpty();

    close(second);
    assertThat(factories.get(0).log).containsExactly("dispose");
  }

  @Test
  void nextLeaseAfterTheLastGetsAFreshFactory() throws Exception {
    close(acquire());
    FactoryLease next = acquire();

    assertThat(factories).hasSize(2);
    connect(next);
    assertThat(factories.get(1).log).containsExactly("connect");
    close(next);
  }

  @Test
  void closingTwiceGivesBackOnce() throws Exception {
    FactoryLease first = acquire();
    FactoryLease second = acquire();
    close(first);
    close(first);

    assertThat(factories.get(0).log).isEmpty();
    close(second);
    assertThat(factories.get(0).log).containsExactly("dispose");
  }

  @Test
  void openConnectionsAreClosedBeforeTheFactory() throws Exception {
    FactoryLease lease = acquire();
    connect(lease);
    RTCPeerConnection closed = connect(lease);
    onRtc(
        () -> {
          lease.close(closed);
          lease.close(closed);
          return true;
        });
    assertThat(factories.get(0).log).containsExactly("connect", "connect", "close");

    close(lease);

    assertThat(factories.get(0).log)
        .containsExactly("connect", "connect", "close", "close", "dispose");
  }

  @Test
  void connectionOfAnotherLeaseIsNotClosed() throws Exception {
    FactoryLease first = acquire();
    FactoryLease second = acquire();
    RTCPeerConnection connection = connect(first);
    onRtc(
        () -> {
          second.close(connection);
          return true;
        });

    assertThat(factories.get(0).log).containsExactly("connect");
    close(first);
    close(second);
  }

  @Test
  void closedLeaseConnectsNoMore() throws Exception {
    FactoryLease other = acquire();
    FactoryLease lease = acquire();
    close(lease);

    assertThatThrownBy(() -> connect(lease))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(factories.get(0).log).isEmpty();
    close(other);
  }

  @Test
  void onlyTheRtcThreadConnects() throws Exception {
    FactoryLease lease = acquire();

    assertThatThrownBy(
            () -> lease.connect(new RTCConfiguration(), mock(PeerConnectionObserver.class)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("rtc thread");
    close(lease);
  }

  @Test
  void unavailableLibraryIsATypedErrorWithItsReason() {
    availability = Availability.unavailable("there is none");

    assertThatThrownBy(this::acquire)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> {
              assertThat(e.reason().code()).isEqualTo(CloseReason.Code.UNAVAILABLE);
              assertThat(e).hasMessage("there is none");
            });
    assertThat(factories).isEmpty();
  }

  @Test
  void factoryThatCannotBeCreatedIsATypedErrorAndTriedAgain() throws Exception {
    boolean[] broken = {true};
    SharedFactory unlucky =
        new SharedFactory(
            rtc,
            () -> Availability.AVAILABLE,
            () -> {
              if (broken[0]) {
                throw new LinkageError("Start network thread failed");
              }
              return create();
            });

    assertThatThrownBy(() -> get(unlucky.acquire()))
        .cause()
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("Start network thread failed");
    broken[0] = false;
    close(get(unlucky.acquire()));
    assertThat(factories.get(0).log).containsExactly("dispose");
  }

  @Test
  void leaseThatNobodyWaitsForAnyMoreIsGivenBack() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    rtc.execute(() -> await(busy));
    CompletableFuture<FactoryLease> cancelled = shared.acquire();
    assertThat(cancelled.cancel(false)).isTrue();
    busy.countDown();
    close(acquire());

    assertThat(factories).hasSize(1);
    assertThat(factories.get(0).log).containsExactly("dispose");
  }

  @Test
  void factoryWithAConnectionThatHangsIsGivenUpAndReplaced() throws Exception {
    FactoryLease lease = acquire();
    RTCPeerConnection connection = connect(lease);
    factories.get(0).hangs = true;
    onRtc(
        () -> {
          lease.close(connection);
          return true;
        });

    FactoryLease next = acquire();
    assertThat(factories).hasSize(2);
    close(lease);
    close(next);

    assertThat(factories.get(0).log).containsExactly("connect", "close");
    assertThat(factories.get(1).log).containsExactly("dispose");
    assertThat(rtc.hungCalls()).isEqualTo(1);
    hang.countDown();
  }

  @Test
  void factoryThatHangsOnDisposalHoldsNobodyUp() throws Exception {
    FactoryLease lease = acquire();
    factories.get(0).hangs = true;
    close(lease);

    close(acquire());
    assertThat(factories.get(1).log).containsExactly("dispose");
    hang.countDown();
  }

  @Test
  void receivedMessagesAreCountedForTheFactoryThatReceivedThem() throws Exception {
    FactoryGeneration generation = onRtc(() -> new FactoryGeneration(rtc, create()));
    FactoryLease first = onRtc(() -> new FactoryLease(rtc, generation, 0, overdue -> {}));
    FactoryLease second = onRtc(() -> new FactoryLease(rtc, generation, 0, overdue -> {}));
    first.messageReceived();
    second.messageReceived();
    second.messageReceived();

    assertThat(generation.received()).isEqualTo(3);
    close(first);
    close(second);
  }

  @Test
  void leasesAreToldWhenTheFactoryHasReceivedWhatTheyAllow() throws Exception {
    Recorder<String> told = new Recorder<>();
    FactoryLease two = acquire(2, overdue -> told.record(overdue ? "two, overdue" : "two"));
    FactoryLease three = acquire(3, overdue -> told.record(overdue ? "three, overdue" : "three"));
    FactoryLease never = acquire();

    receive(never, 1);
    assertThat(told.events()).isEmpty();
    receive(never, 1);
    assertThat(told.events()).containsExactly("two");
    receive(two, 1);
    assertThat(told.events()).containsExactly("two", "three");
    receive(two, 1);
    assertThat(told.events()).containsExactly("two", "three", "two, overdue");
    receive(three, 100);
    assertThat(told.events()).containsExactly("two", "three", "two, overdue", "three, overdue");
    close(two);
    close(three);
    close(never);
  }

  @Test
  void aFreshFactoryTakesNewLeasesAndTheOldOneGoesWithItsLast() throws Exception {
    FactoryLease old = acquire(2, overdue -> {});
    FactoryLease idle = acquire(2, overdue -> {});
    receive(old, 2);

    FactoryLease fresh = acquire(2, overdue -> {});
    assertThat(factories).hasSize(2);
    connect(old);
    connect(fresh);
    assertThat(factories.get(0).log).containsExactly("connect");
    assertThat(factories.get(1).log).containsExactly("connect");

    close(old);
    assertThat(factories.get(0).log).containsExactly("connect", "close");
    close(idle);
    assertThat(factories.get(0).log).containsExactly("connect", "close", "dispose");
    FactoryLease another = acquire(2, overdue -> {});
    assertThat(factories).hasSize(2);
    close(fresh);
    close(another);
    assertThat(factories.get(1).log).containsExactly("connect", "close", "dispose");
  }

  @Test
  void theOldFactoryServesOnWhenNoFreshOneCanBeMade() throws Exception {
    boolean[] broken = {false};
    SharedFactory unlucky =
        new SharedFactory(
            rtc,
            () -> Availability.AVAILABLE,
            () -> {
              if (broken[0]) {
                throw new LinkageError("no more threads");
              }
              return create();
            });
    FactoryLease old = get(unlucky.acquire(1, overdue -> {}));
    receive(old, 1);
    broken[0] = true;
    assertThatThrownBy(() -> get(unlucky.acquire(1, overdue -> {})))
        .hasCauseInstanceOf(TransportException.class);
    connect(old);

    FactoryLease patient = get(unlucky.acquire());
    assertThat(factories).hasSize(1);
    close(old);
    close(patient);
    assertThat(factories.get(0).log).containsExactly("connect", "close", "dispose");
  }

  @Test
  void aFactoryThatLeaksNothingIsNeverReplaced() throws Exception {
    leaking = false;
    Recorder<Boolean> told = new Recorder<>();
    FactoryLease first = acquire(1, told::record);
    receive(first, 10);

    FactoryLease second = acquire(1, told::record);
    assertThat(factories).hasSize(1);
    close(first);
    close(second);
    assertThat(told.events()).isEmpty();
  }

  @Test
  void aStandingLeaseMovesToTheFreshFactory() throws Exception {
    StandingLease standing = get(StandingLease.take(shared, rtc, 2));
    FactoryLease link = acquire(2, overdue -> {});
    receive(link, 2);
    settle();
    assertThat(factories).hasSize(2);
    assertThat(factories.get(0).log).isEmpty();

    close(link);
    assertThat(factories.get(0).log).containsExactly("dispose");
    assertThat(factories.get(1).log).isEmpty();
    standing.close();
    standing.close();
    settle();
    assertThat(factories.get(1).log).containsExactly("dispose");
  }

  @Test
  void aStandingLeaseThatIsClosedMovesNoMore() throws Exception {
    StandingLease standing = get(StandingLease.take(shared, rtc, 1));
    FactoryLease link = acquire(1, overdue -> {});
    standing.close();
    receive(link, 1);
    settle();

    assertThat(factories).hasSize(1);
    close(link);
    assertThat(factories.get(0).log).containsExactly("dispose");
  }

  @Test
  void aStandingLeaseTriesAgainWhenNoFreshFactoryCouldBeMade() throws Exception {
    FactoryLease link = acquire(1, overdue -> {});
    StandingLease standing = get(StandingLease.take(shared, rtc, 1));
    availability = Availability.unavailable("for a moment");
    receive(link, 1);
    settle();
    availability = Availability.AVAILABLE;
    assertThat(factories).hasSize(1);

    receive(link, 1);
    settle();
    assertThat(factories).hasSize(2);
    close(link);
    assertThat(factories.get(0).log).containsExactly("dispose");
    standing.close();
    settle();
    assertThat(factories.get(1).log).containsExactly("dispose");
  }

  /** Counts messages, and waits until whoever is due has been told. */
  private void receive(FactoryLease lease, int messages) throws Exception {
    for (int i = 0; i < messages; i++) {
      lease.messageReceived();
    }
    settle();
  }

  /** Tasks of the rtc thread may hand over others, which go to its end. */
  private void settle() throws Exception {
    for (int i = 0; i < 5; i++) {
      onRtc(() -> true);
    }
  }

  private FactoryLease acquire(int maxMessages, FactoryLease.RenewalListener renewal)
      throws Exception {
    return get(shared.acquire(maxMessages, renewal));
  }

  private FactoryLease acquire() throws Exception {
    return get(shared.acquire());
  }

  private RTCPeerConnection connect(FactoryLease lease) throws Exception {
    return onRtc(() -> lease.connect(new RTCConfiguration(), mock(PeerConnectionObserver.class)));
  }

  private static void close(FactoryLease lease) throws Exception {
    lease.close();
    get(lease.closed().toCompletableFuture());
  }

  private <T> T onRtc(Callable<T> task) throws Exception {
    return get(rtc.submit(task));
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Fake implements NativeFactory {
    final List<String> log = new CopyOnWriteArrayList<>();
    volatile boolean hangs;

    @Override
    public RTCPeerConnection connect(
        RTCConfiguration configuration, PeerConnectionObserver observer) {
      log.add("connect");
      return mock(RTCPeerConnection.class);
    }

    @Override
    public void close(RTCPeerConnection connection) {
      log.add("close");
      hangIfAsked();
    }

    @Override
    public void dispose() {
      log.add("dispose");
      hangIfAsked();
    }

    @Override
    public boolean leaksReceivedMessages() {
      return leaking;
    }

    private void hangIfAsked() {
      if (hangs) {
        await(hang);
      }
    }
  }
}

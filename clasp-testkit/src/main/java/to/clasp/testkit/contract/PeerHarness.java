package to.clasp.testkit.contract;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import to.clasp.testkit.fault.ForwardingPeerTransport;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** Joins a peer transport under test with another one, by carrying their signals. */
final class PeerHarness implements TransportHarness {

  static final String SUBJECT = "subject";
  static final String OTHER = "other";

  private static final AtomicInteger ATTEMPTS = new AtomicInteger();

  private final PeerTransportContract contract;
  private final Duration timeout;
  private final ThreadEventLoop loop = ThreadEventLoop.start("loop of the other peer");
  private final Recorder<Signal> fromSubject = new Recorder<>();
  private final Recorder<Signal> fromOther = new Recorder<>();
  private final TransportOtherSide otherSide;
  private volatile boolean carrying = true;
  private volatile @Nullable PeerTransport subject;
  private volatile @Nullable PeerTransport other;

  PeerHarness(PeerTransportContract contract) {
    this.contract = contract;
    this.timeout = contract.timeout();
    this.otherSide =
        new TransportOtherSide(
            new TransportOtherSide.Commands() {
              @Override
              public void pauseReading(Transport transport, boolean paused) {
                contract.pauseReading((PeerTransport) transport, paused);
              }

              @Override
              public void loseConnection(Transport transport) {
                // The signal that tells of the end is lost too.
                carrying = false;
                contract.loseLink((PeerTransport) transport);
              }
            });
  }

  Recorder<Signal> fromSubject() {
    return fromSubject;
  }

  Recorder<Signal> fromOther() {
    return fromOther;
  }

  PeerTransport subject() {
    return present(subject);
  }

  PeerTransport other() {
    return present(other);
  }

  private static PeerTransport present(@Nullable PeerTransport transport) {
    if (transport == null) {
      throw new AssertionError("no transport was created");
    }
    return transport;
  }

  @Override
  public PeerTransport create(ConnectionOptions options, TransportContext context) {
    String attempt = "attempt-" + ATTEMPTS.incrementAndGet();
    PeerRole otherRole = contract.role() == PeerRole.OFFERER ? PeerRole.ANSWERER : PeerRole.OFFERER;
    PeerTransport second =
        contract
            .otherProvider()
            .create(
                request(
                    SUBJECT,
                    attempt,
                    otherRole,
                    options,
                    signal -> {
                      fromOther.record(signal);
                      if (carrying) {
                        subject().signal(signal);
                      }
                    }),
                new TransportContext(loop, new SplittableRandom(11)));
    other = second;
    PeerTransport first =
        create(
            contract.provider(),
            options,
            context,
            attempt,
            signal -> {
              fromSubject.record(signal);
              if (carrying) {
                second.signal(signal);
              }
            });
    subject = first;
    return new ForwardingPeerTransport(first) {
      @Override
      public void start(TransportListener listener) {
        super.start(listener);
        otherSide.accept(second);
      }
    };
  }

  @Override
  public Transport createWithNobodyListening(ConnectionOptions options, TransportContext context) {
    PeerTransport lonely =
        create(
            contract.provider(),
            options,
            context,
            "attempt-" + ATTEMPTS.incrementAndGet(),
            fromSubject::record);
    subject = lonely;
    return lonely;
  }

  private PeerTransport create(
      PeerTransportProvider provider,
      ConnectionOptions options,
      TransportContext context,
      String attempt,
      PeerTransportObserver observer) {
    return provider.create(request(OTHER, attempt, contract.role(), options, observer), context);
  }

  private PeerTransportRequest request(
      String peerId,
      String attempt,
      PeerRole role,
      ConnectionOptions options,
      PeerTransportObserver observer) {
    return new PeerTransportRequest(
        peerId,
        attempt,
        role,
        contract.rtcConfig(options),
        options.connectTimeout(),
        options.drainTimeout(),
        Duration.ofSeconds(10),
        Map.of("about", "to " + peerId),
        observer);
  }

  @Override
  public TransportOtherSide otherSide() {
    return otherSide;
  }

  @Override
  public void close() throws InterruptedException {
    otherSide.close(timeout);
    PeerTransport unused = other;
    if (unused != null) {
      // Not started when the test did not start its own.
      unused.close();
    }
    loop.close();
    if (!loop.awaitStopped(timeout)) {
      throw new AssertionError("the loop of the other peer hangs in one of its tasks");
    }
  }
}

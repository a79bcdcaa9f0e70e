package to.clasp.transport.webrtc;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import to.clasp.testkit.record.Recorder;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** One end of a link on loopback, with a loop of its own, and records of all that it tells. */
final class End implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(30);
  static final String ATTEMPT = "attempt";

  static final RtcConfig LOOPBACK = RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build();

  final ThreadEventLoop loop;
  final RecordingListener heard;
  final Recorder<Signal> signals = new Recorder<>();
  final Recorder<CandidatePair> pairs = new Recorder<>();
  final Recorder<IceServerError> serverErrors = new Recorder<>();
  final Recorder<Boolean> stalls = new Recorder<>();
  final PeerTransport transport;
  private final TransportListener listener;
  private boolean started;

  private End(Builder builder) {
    loop = ThreadEventLoop.start("loop of " + builder.role);
    heard = new RecordingListener(loop);
    listener = builder.listening.listener(heard);
    Consumer<Signal> carry = builder.carry;
    PeerTransportObserver observer =
        new PeerTransportObserver() {
          @Override
          public void onSignal(Signal signal) {
            signals.record(signal);
            carry.accept(signal);
          }

          @Override
          public void onCandidatePair(CandidatePair pair) {
            pairs.record(pair);
          }

          @Override
          public void onIceServerError(IceServerError error) {
            serverErrors.record(error);
          }

          @Override
          public boolean onStalled() {
            stalls.record(true);
            return builder.keptWhenStalled;
          }
        };
    transport =
        builder.provider.create(
            new PeerTransportRequest(
                builder.role == PeerRole.OFFERER ? "answerer" : "offerer",
                ATTEMPT,
                builder.role,
                builder.config,
                builder.connectTimeout,
                builder.drainTimeout,
                builder.stallTimeout,
                Map.of(),
                observer),
            new TransportContext(loop, new SplittableRandom(7)));
  }

  static Builder of(PeerRole role) {
    return new Builder(role);
  }

  End start() {
    started = true;
    transport.start(listener);
    return this;
  }

  /** Waits until all that was handed to the loop so far has run. */
  void settle() {
    Recorder<Boolean> ran = new Recorder<>();
    loop.execute(() -> ran.record(true));
    ran.await(Boolean.class, TIMEOUT);
  }

  CloseReason awaitClosed() {
    return heard.awaitClosed(TIMEOUT);
  }

  /** Ends it, if the test has not, and checks that its listener was treated as agreed. */
  @Override
  public void close() {
    transport.close();
    if (started) {
      awaitClosed();
    }
    loop.close();
    try {
      if (!loop.awaitStopped(TIMEOUT)) {
        throw new AssertionError("the loop hangs in one of its tasks");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the loop ended", e);
    }
    heard.assertContract();
  }

  /** Puts something between a transport and the recorder of what it tells. */
  @FunctionalInterface
  interface Listening {
    TransportListener listener(RecordingListener heard);
  }

  static final class Builder {
    private final PeerRole role;
    private PeerTransportProvider provider = new WebRtcPeerTransportProvider();
    private RtcConfig config = LOOPBACK;
    private Duration connectTimeout = TIMEOUT;
    private Duration drainTimeout = TIMEOUT;
    private Duration stallTimeout = Duration.ofSeconds(10);
    private boolean keptWhenStalled;
    private Consumer<Signal> carry = signal -> {};
    private Listening listening = heard -> heard;

    private Builder(PeerRole role) {
      this.role = role;
    }

    Builder provider(PeerTransportProvider value) {
      provider = value;
      return this;
    }

    Builder config(RtcConfig value) {
      config = value;
      return this;
    }

    Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    Builder drainTimeout(Duration value) {
      drainTimeout = value;
      return this;
    }

    Builder stallTimeout(Duration value, boolean kept) {
      stallTimeout = value;
      keptWhenStalled = kept;
      return this;
    }

    /** Where its signals go; nowhere unless said. */
    Builder carry(Consumer<Signal> value) {
      carry = value;
      return this;
    }

    Builder listening(Listening value) {
      listening = value;
      return this;
    }

    End make() {
      return new End(this);
    }
  }
}

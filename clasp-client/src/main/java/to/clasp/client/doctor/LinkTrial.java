package to.clasp.client.doctor;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PingMessage;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportException;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** Two peers of this process that link with each other, and send a frame each way. */
final class LinkTrial {

  private static final Duration STALL = Duration.ofSeconds(5);

  private final PeerTransportProvider provider;
  private final RtcConfig config;
  private final Duration timeout;
  private final Queue<IceServerError> errors = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<String> description = new CompletableFuture<>();

  LinkTrial(PeerTransportProvider provider, RtcConfig config, Duration timeout) {
    this.provider = provider;
    this.config = config;
    this.timeout = timeout;
  }

  /** What servers did not serve. */
  Queue<IceServerError> errors() {
    return errors;
  }

  /**
   * Links, sends a frame each way, and takes everything down again.
   *
   * @return how packets travelled
   * @throws TransportException if it fails; says why
   */
  CandidatePair link() throws InterruptedException {
    ThreadEventLoop loop = ThreadEventLoop.start("clasp-doctor");
    TransportContext context = new TransportContext(loop, new SplittableRandom());
    Side offerer = new Side(PeerRole.OFFERER);
    Side answerer = new Side(PeerRole.ANSWERER);
    try {
      offerer.connect(answerer, context);
      answerer.connect(offerer, context);
      answerer.transport().start(answerer);
      offerer.transport().start(offerer);
      await(CompletableFuture.allOf(offerer.heard, answerer.heard));
      return await(offerer.pair);
    } finally {
      offerer.close();
      answerer.close();
      loop.close();
      loop.awaitStopped(timeout);
    }
  }

  /**
   * Makes an offer and nothing else.
   *
   * @return the session description
   * @throws TransportException if it fails; says why
   */
  String offer() throws InterruptedException {
    ThreadEventLoop loop = ThreadEventLoop.start("clasp-doctor");
    Side offerer = new Side(PeerRole.OFFERER);
    try {
      offerer.connect(offerer, new TransportContext(loop, new SplittableRandom()));
      offerer.transport().start(offerer);
      return await(description);
    } finally {
      offerer.close();
      loop.close();
      loop.awaitStopped(timeout);
    }
  }

  private <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TransportException cause
          ? cause
          : new CloseReason(CloseReason.Code.INTERNAL, "a step failed: " + e.getCause(), e)
              .toException();
    } catch (TimeoutException e) {
      throw new CloseReason(
              CloseReason.Code.CONNECT_TIMEOUT, "nothing within " + timeout.toMillis() + " ms", e)
          .toException();
    }
  }

  private final class Side implements TransportListener, PeerTransportObserver {

    private final PeerRole role;
    private final CompletableFuture<Frame> heard = new CompletableFuture<>();
    private final CompletableFuture<CandidatePair> pair = new CompletableFuture<>();
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private final CompletableFuture<PeerTransport> made = new CompletableFuture<>();
    private final CompletableFuture<Side> other = new CompletableFuture<>();
    private volatile boolean started;

    Side(PeerRole role) {
      this.role = role;
    }

    void connect(Side peer, TransportContext context) {
      other.complete(peer);
      made.complete(
          provider.create(
              new PeerTransportRequest(
                  "doctor",
                  "doctor-attempt",
                  role,
                  config,
                  timeout,
                  Duration.ZERO,
                  STALL,
                  Map.of(),
                  this),
              context));
      started = true;
    }

    PeerTransport transport() {
      return made.join();
    }

    void close() throws InterruptedException {
      if (started) {
        transport().close();
        var unused = closed.completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS);
        closed.join();
      }
    }

    @Override
    public void onSignal(Signal signal) {
      if (signal instanceof Signal.Offer offer) {
        description.complete(offer.sdp());
      }
      Side peer = other.join();
      if (peer != this) {
        peer.transport().signal(signal);
      }
    }

    @Override
    public void onCandidatePair(CandidatePair now) {
      pair.complete(now);
    }

    @Override
    public void onIceServerError(IceServerError error) {
      errors.add(error);
    }

    @Override
    public void onOpen() {
      if (!transport().send(Frame.of(new PingMessage())).isAccepted()) {
        fail(CloseReason.of(CloseReason.Code.INTERNAL, "an open link takes no frame"));
      }
    }

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      heard.complete(frame);
    }

    @Override
    public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
      // A link is made once.
    }

    @Override
    public void onClosed(CloseReason reason) {
      fail(reason);
      closed.complete(reason);
    }

    private void fail(CloseReason reason) {
      TransportException failure = reason.toException();
      heard.completeExceptionally(failure);
      // The other side would wait for what does not come.
      other.join().heard.completeExceptionally(failure);
      pair.completeExceptionally(failure);
      description.completeExceptionally(failure);
    }
  }
}

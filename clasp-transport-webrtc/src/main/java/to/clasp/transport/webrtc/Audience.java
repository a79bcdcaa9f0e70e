package to.clasp.transport.webrtc;

import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.TransportListener;
import to.clasp.transport.peer.PeerTransportObserver;

/**
 * Who hears of a transport: its listener and its observer. What they throw is counted, and the
 * transport goes on. Confined to the loop, but for the count.
 */
final class Audience {

  private static final Logger LOG = LoggerFactory.getLogger(Audience.class);

  private final PeerTransportObserver observer;
  private final LongAdder failures = new LongAdder();
  private @Nullable TransportListener listener;

  Audience(PeerTransportObserver observer) {
    this.observer = observer;
  }

  void listener(TransportListener heard) {
    listener = heard;
  }

  /** How often one of them threw; for any thread. */
  long failures() {
    return failures.sum();
  }

  void tell(Consumer<TransportListener> event) {
    try {
      event.accept(Objects.requireNonNull(listener));
    } catch (RuntimeException | Error e) {
      failures.increment();
      LOG.error("a transport listener threw; the transport goes on", e);
    }
  }

  void observe(Consumer<PeerTransportObserver> event) {
    var unused =
        ask(
            asked -> {
              event.accept(asked);
              return true;
            },
            true);
  }

  /** Returns what the observer answers, or something else if it throws. */
  boolean ask(Predicate<PeerTransportObserver> question, boolean otherwise) {
    try {
      return question.test(observer);
    } catch (RuntimeException | Error e) {
      failures.increment();
      LOG.error("a peer transport observer threw; the transport goes on", e);
      return otherwise;
    }
  }
}

package to.clasp.hybrid;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportListener;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerFrameListener;
import to.clasp.transport.peer.PeerListener;

/**
 * Who hears of a hybrid transport: one listener of frames, any number of listeners of peers. What
 * they throw is counted. They are told on the loop; adding, removing and counting are for any
 * thread.
 */
final class Listeners {

  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final List<PeerListener> ofPeers = new CopyOnWriteArrayList<>();
  private final LongAdder failures = new LongAdder();

  /** The loop only. */
  private @Nullable TransportListener ofFrames;

  private volatile @Nullable PeerFrameListener ofOwnFrames;

  void ofFrames(TransportListener listener) {
    ofFrames = listener;
  }

  void ofOwnFrames(PeerFrameListener listener) {
    ofOwnFrames = listener;
  }

  /** Tells of a frame with an address of a peer's own; false if nobody wants it. */
  boolean tellOwn(Frame frame, FrameSource source) {
    PeerFrameListener heard = ofOwnFrames;
    if (heard == null) {
      return false;
    }
    AtomicBoolean wanted = new AtomicBoolean(true);
    guarded(() -> wanted.set(heard.onPeerFrame(frame, source)));
    return wanted.get();
  }

  void add(PeerListener listener) {
    ofPeers.add(listener);
  }

  void remove(PeerListener listener) {
    ofPeers.remove(listener);
  }

  /** How many exceptions they have thrown. */
  long failures() {
    return failures.sum();
  }

  void tell(Consumer<TransportListener> event) {
    TransportListener heard = ofFrames;
    if (heard != null) {
      guarded(() -> event.accept(heard));
    }
  }

  /** Passes a frame on, without making anything for it. */
  void frame(Frame frame, FrameSource source) {
    TransportListener heard = ofFrames;
    if (heard == null) {
      return;
    }
    try {
      heard.onFrame(frame, source);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  void tell(PeerEvent event) {
    for (PeerListener heard : ofPeers) {
      guarded(() -> heard.onPeerEvent(event));
    }
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void failed(Throwable failure) {
    failures.increment();
    LOG.error("a listener threw; the transport goes on", failure);
  }
}

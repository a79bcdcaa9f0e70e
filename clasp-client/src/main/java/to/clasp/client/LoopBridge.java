package to.clasp.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.EventLoop;

/**
 * Brings the events of a transport that lives on a loop of its own to the client's loop, in order.
 * What is on its way is bounded; beyond the bound the connection is given up, for dropping frames
 * of a connection that goes on would lose them without a word.
 */
final class LoopBridge implements TransportListener {

  private static final Logger LOG = LoggerFactory.getLogger(LoopBridge.class);

  /** As much as a transport keeps for a listener by default. */
  static final long MAX_BYTES = 4 << 20;

  private final Transport transport;
  private final TransportListener target;
  private final EventLoop loop;
  private final AtomicLong bytes = new AtomicLong();

  /** The transport's loop only. */
  private boolean overflown;

  LoopBridge(Transport transport, TransportListener target, EventLoop loop) {
    this.transport = transport;
    this.target = target;
    this.loop = loop;
  }

  @Override
  public void onOpen() {
    overflown = false;
    loop.execute(target::onOpen);
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    if (overflown) {
      return;
    }
    if (bytes.addAndGet(frame.size()) > MAX_BYTES) {
      bytes.addAndGet(-frame.size());
      overflown = true;
      LOG.warn("frames come faster than the client handles them; connecting afresh");
      transport.reconnect("frames came faster than the client handled them");
      return;
    }
    loop.execute(
        () -> {
          bytes.addAndGet(-frame.size());
          target.onFrame(frame, source);
        });
  }

  @Override
  public void onWritable() {
    loop.execute(target::onWritable);
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    loop.execute(() -> target.onInterrupted(reason, attempt, delay));
  }

  @Override
  public void onClosed(CloseReason reason) {
    loop.execute(() -> target.onClosed(reason));
  }
}

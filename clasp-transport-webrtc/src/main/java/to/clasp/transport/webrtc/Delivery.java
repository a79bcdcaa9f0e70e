package to.clasp.transport.webrtc;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.transport.FrameSource;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.webrtc.link.DataChannel;

/**
 * Hands over what has come on the channels of a link, by turns with whatever else the loop has to
 * do. What comes before the link is open is kept for it. Confined to the loop, but for the counts.
 */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** How many messages are handed over before others get their turn. */
  private static final int TURN = 256;

  private final EventLoop loop;
  private final String peerId;
  private final FrameSource source;
  private final Audience audience;
  private final LongAdder frames = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  /** Those that wait for another turn. */
  private final Set<DataChannel> waiting = new HashSet<>();

  /** Null before the link is open. */
  private @Nullable DataChannel reliable;

  private @Nullable Runnable afterAll;

  Delivery(EventLoop loop, String peerId, Audience audience) {
    this.loop = loop;
    this.peerId = peerId;
    this.source = FrameSource.peer(peerId);
    this.audience = audience;
  }

  /** For any thread. */
  long frames() {
    return frames.sum();
  }

  /** For any thread. */
  long bytes() {
    return bytes.sum();
  }

  /** How many messages were no frames; for any thread. */
  long dropped() {
    return dropped.sum();
  }

  /** The link is open; {@link #deliver} is to be called for each of its channels. */
  void begin(DataChannel reliableChannel) {
    reliable = reliableChannel;
  }

  /** Messages have come on a channel. */
  void deliver(DataChannel channel) {
    if (reliable == null) {
      return;
    }
    for (int i = 0; i < TURN; i++) {
      byte[] message = channel.poll();
      if (message == null) {
        waiting.remove(channel);
        runAfterAll();
        return;
      }
      received(channel, message);
    }
    waiting.add(channel);
    loop.execute(() -> deliver(channel));
  }

  /** To be called when nothing more comes: runs a task when all that has come is handed over. */
  void afterAll(Runnable task) {
    afterAll = task;
    runAfterAll();
  }

  private void runAfterAll() {
    Runnable task = afterAll;
    if (task != null && waiting.isEmpty()) {
      afterAll = null;
      task.run();
    }
  }

  private void received(DataChannel channel, byte[] message) {
    if (channel == reliable
        && !FrameFormat.isFrame(message)
        && audience.ask(observer -> observer.onMessage(channel, message), true)) {
      return;
    }
    Frame frame;
    try {
      frame = Frame.wrap(message);
    } catch (MalformedFrameException e) {
      // Native CLASP peers send raw bytes of their application on the channels.
      dropped.increment();
      LOG.debug("dropped a message of {} that is no frame", peerId, e);
      return;
    }
    frames.increment();
    bytes.add(frame.size());
    audience.tell(listener -> listener.onFrame(frame, source));
  }
}

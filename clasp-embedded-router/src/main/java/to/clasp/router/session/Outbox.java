package to.clasp.router.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import to.clasp.transport.loop.EventLoop;

/**
 * The queue of frames to one client. Broadcasts are refused when it is full; what is sent to the
 * client directly is always taken, and whoever sent it waits until there is room again, which
 * bounds the queue just as well. Confined to the event loop.
 */
public final class Outbox {

  /** How many frames are handed to the wire at once: a burst costs one write. */
  private static final int MAX_BATCH_FRAMES = 64;

  private static final int MAX_BATCH_BYTES = 64 * 1024;

  private static final int DROPS_BEFORE_NOTICE = 100;
  private static final long NOTICE_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Wire wire;
  private final EventLoop loop;
  private final int capacity;
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private final List<Connection> waiting = new ArrayList<>();
  private final List<byte[]> batch = new ArrayList<>();

  private boolean sending;
  private boolean flushing;
  private boolean closed;
  private boolean stalled;

  private int drops;
  private long windowStart;
  private long nextNotice;

  Outbox(Wire wire, EventLoop loop, int capacity) {
    this.wire = wire;
    this.loop = loop;
    this.capacity = capacity;
    this.windowStart = loop.nanoTime();
    this.nextNotice = windowStart;
  }

  /**
   * Takes a frame if there is room.
   *
   * @param frame the frame
   * @return false if the queue is full: the frame is dropped
   */
  public boolean offer(byte[] frame) {
    if (queue.size() >= capacity) {
      return false;
    }
    add(frame);
    return true;
  }

  /**
   * Takes a frame, room or not.
   *
   * @param frame the frame
   */
  public void add(byte[] frame) {
    if (!closed) {
      queue.add(frame);
    }
  }

  /**
   * Tells whether there are more frames than there should be.
   *
   * @return true if whoever has added one should wait
   */
  public boolean overfull() {
    return queue.size() > capacity;
  }

  /**
   * Counts a dropped frame.
   *
   * @param nowNanos the monotonic clock
   * @return the number of drops that the client should be told, or 0 for nothing to tell
   */
  public int dropped(long nowNanos) {
    if (nowNanos - windowStart >= NOTICE_WINDOW_NANOS) {
      windowStart = nowNanos;
      drops = 0;
    }
    drops++;
    if (drops < DROPS_BEFORE_NOTICE || nowNanos < nextNotice) {
      return 0;
    }
    nextNotice = nowNanos + NOTICE_WINDOW_NANOS;
    return drops;
  }

  /**
   * Counts frames that wait.
   *
   * @return their number
   */
  public int size() {
    return queue.size();
  }

  /** Sends what has gathered, unless something is being sent. */
  public void flush() {
    if (flushing) {
      return;
    }
    flushing = true;
    while (!sending && !stalled && !closed && !queue.isEmpty()) {
      sending = true;
      fillBatch();
      wire.send(List.copyOf(batch), this::sent);
    }
    flushing = false;
    resumeWaiting();
  }

  /**
   * Stops or goes on sending, for tests: as if the client had stopped reading.
   *
   * @param stall whether to stop
   */
  public void stall(boolean stall) {
    stalled = stall;
    flush();
  }

  void await(Connection sender) {
    waiting.add(sender);
  }

  void close() {
    closed = true;
    queue.clear();
    resumeWaiting();
  }

  private void fillBatch() {
    batch.clear();
    int bytes = 0;
    while (batch.size() < MAX_BATCH_FRAMES && bytes < MAX_BATCH_BYTES && !queue.isEmpty()) {
      byte[] frame = queue.remove();
      batch.add(frame);
      bytes += frame.length;
    }
  }

  private void sent() {
    if (loop.inLoop()) {
      sending = false;
      flush();
    } else {
      loop.execute(
          () -> {
            sending = false;
            flush();
          });
    }
  }

  private void resumeWaiting() {
    if (waiting.isEmpty() || overfull()) {
      return;
    }
    List<Connection> resumed = List.copyOf(waiting);
    waiting.clear();
    // Not within whatever has made room: that may be the handling of another message.
    loop.execute(() -> resumed.forEach(Connection::resume));
  }
}

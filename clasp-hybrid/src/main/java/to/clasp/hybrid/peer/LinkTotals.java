package to.clasp.hybrid.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportStats;

/** Adds up what the links to one peer have carried, those that are gone too. For any thread. */
final class LinkTotals {

  private final LongAdder numberedFramesSent = new LongAdder();
  private final LongAdder numberedBytesSent = new LongAdder();
  private final LongAdder framesSentAgain = new LongAdder();
  private final LongAdder numberedFramesReceived = new LongAdder();
  private final LongAdder numberedBytesReceived = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final List<Transport> live = new ArrayList<>(2);
  private TransportStats gone = TransportStats.ZERO;
  private long dropped;

  /** Numbered frames, which the transports do not see as such. */
  void sentDirectly(int frames, long bytes) {
    numberedFramesSent.add(frames);
    numberedBytesSent.add(bytes);
  }

  /** Numbered frames that had been sent before, on any path. */
  void sentAgain(int frames) {
    framesSentAgain.add(frames);
  }

  long framesSentAgain() {
    return framesSentAgain.sum();
  }

  void receivedDirectly(long bytes) {
    numberedFramesReceived.increment();
    numberedBytesReceived.add(bytes);
  }

  void add(Transport link) {
    lock.lock();
    try {
      live.add(link);
    } finally {
      lock.unlock();
    }
  }

  void retire(Transport link) {
    lock.lock();
    try {
      if (live.remove(link)) {
        gone = carried(gone, link.stats());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Counts a frame or signal of the peer that was dropped. */
  void drop() {
    lock.lock();
    try {
      dropped++;
    } finally {
      lock.unlock();
    }
  }

  TransportStats stats() {
    lock.lock();
    try {
      TransportStats all = gone;
      long queued = 0;
      for (Transport link : live) {
        TransportStats now = link.stats();
        queued += now.queuedBytes();
        all = carried(all, now);
      }
      return new TransportStats(
          all.framesSent() + numberedFramesSent.sum(),
          all.bytesSent() + numberedBytesSent.sum(),
          all.framesReceived() + numberedFramesReceived.sum(),
          all.bytesReceived() + numberedBytesReceived.sum(),
          all.framesDropped() + dropped,
          0,
          queued,
          0);
    } finally {
      lock.unlock();
    }
  }

  private static TransportStats carried(TransportStats one, TransportStats other) {
    return new TransportStats(
        one.framesSent() + other.framesSent(),
        one.bytesSent() + other.bytesSent(),
        one.framesReceived() + other.framesReceived(),
        one.bytesReceived() + other.bytesReceived(),
        one.framesDropped() + other.framesDropped(),
        0,
        0,
        0);
  }
}

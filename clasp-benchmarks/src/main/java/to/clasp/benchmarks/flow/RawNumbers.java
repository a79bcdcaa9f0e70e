package to.clasp.benchmarks.flow;

import dev.onvoid.webrtc.RTCDataChannel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import to.clasp.benchmarks.pair.RawPair;

/**
 * Numbers as data channel messages of webrtc-java, one {@code send} each. A pair of its own for
 * each run, for webrtc-java gets slower with each message that a factory has received.
 */
final class RawNumbers implements Numbers {

  /** So much may wait in libwebrtc, which refuses more than 16 MiB. */
  private static final long MAX_BUFFERED = 1 << 20;

  private static final long PAUSE_NANOS = 50_000;

  private final int size;
  private final int looks;

  /**
   * Makes one.
   *
   * @param size of each message in bytes, at least 8
   */
  RawNumbers(int size) {
    this.size = size;
    // Asking costs as much as sending does, so it is not done for each small message.
    this.looks = Math.max(1, 65_536 / size);
  }

  @Override
  public Run run(Duration time) throws InterruptedException {
    try (RawPair pair = RawPair.open()) {
      Arrivals arrivals = new Arrivals();
      pair.right().onMessage(message -> arrivals.arrived(message.getLong()));
      long allocated = Allocation.bytes();
      long began = System.nanoTime();
      long sent = send(pair.left(), began + time.toNanos(), arrivals);
      long ended = arrivals.await(sent);
      return new Run(sent, ended - began, arrivals.unexpected(), Allocation.bytes() - allocated);
    }
  }

  private long send(RawPair.Side from, long until, Arrivals arrivals) {
    RTCDataChannel channel = from.channel();
    long number = 0;
    while (System.nanoTime() - until < 0) {
      if (number % looks == 0) {
        while (channel.getBufferedAmount() > MAX_BUFFERED) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
      from.send(message(number++));
    }
    arrivals.last(number + 1);
    from.send(message(number));
    return number + 1;
  }

  private byte[] message(long number) {
    byte[] message = new byte[size];
    ByteBuffer.wrap(message).putLong(number);
    return message;
  }

  @Override
  public void close() {
    // Each run has closed its pair.
  }
}

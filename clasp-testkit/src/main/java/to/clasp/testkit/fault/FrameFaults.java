package to.clasp.testkit.fault;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.spi.TransportContext;

/**
 * Leads what a transport sends and receives through faults. What a fault delays counts as accepted;
 * it is lost when the connection is, as on a network.
 */
final class FrameFaults {

  private record Arrival(Frame frame, FrameSource source, long connection) {}

  private final Transport transport;
  private final SendResult accepted;
  private final ReentrantLock lock = new ReentrantLock();
  private final FaultLine<Frame> outbound;
  private final FaultLine<Arrival> inbound;
  private final AtomicLong connections = new AtomicLong();
  private volatile @Nullable TransportListener listener;

  // Guarded by the lock.

  /** Frames that came out of a fault while the transport was full. */
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>();

  /** While a frame is handed over: whether the transport has answered, and what. */
  private boolean asking;

  private @Nullable SendResult answer;

  FrameFaults(
      Transport transport,
      SendResult accepted,
      List<Fault<Frame>> outbound,
      List<Fault<Frame>> inbound,
      Seed seed,
      TransportContext context) {
    this.transport = transport;
    this.accepted = accepted;
    this.outbound =
        new FaultLine<>(
            lock,
            outbound,
            seed.random("outbound"),
            context.loop(),
            this::sendNow,
            this::disconnect);
    this.inbound =
        new FaultLine<>(
            new ReentrantLock(),
            inbound.stream().map(FrameFaults::onArrivals).toList(),
            seed.random("inbound"),
            context.loop(),
            this::deliver,
            this::disconnect);
  }

  SendResult send(Frame frame) {
    lock.lock();
    try {
      SendResult refusal = refusal(frame);
      if (refusal != null) {
        return refusal;
      }
      asking = true;
      answer = null;
      outbound.pass(frame);
      asking = false;
      SendResult result = answer;
      return result == null ? accepted : result;
    } finally {
      lock.unlock();
    }
  }

  /** What the transport would refuse must not seem accepted because a fault has swallowed it. */
  private @Nullable SendResult refusal(Frame frame) {
    if (frame.size() > transport.maxFrameSize()) {
      return SendResult.TOO_LARGE;
    }
    if (!waiting.isEmpty()) {
      // They are there because the transport is full; it will tell when it is not.
      return SendResult.BUFFER_FULL;
    }
    return switch (transport.state()) {
      case NEW, CONNECTING, INTERRUPTED -> SendResult.NOT_CONNECTED;
      case CLOSING, CLOSED -> SendResult.CLOSED;
      case OPEN -> null;
    };
  }

  boolean isWritable() {
    lock.lock();
    try {
      return waiting.isEmpty() && transport.isWritable();
    } finally {
      lock.unlock();
    }
  }

  /**
   * At the end of the outbound line. The first copy of a frame that comes out within the call that
   * hands it over gets the answer of the transport, and when that is a refusal, there are no
   * others. Those that follow have been accepted, and wait for room.
   */
  private void sendNow(Frame frame) {
    if (asking && answer != null && !answer.isAccepted()) {
      return;
    }
    SendResult result = waiting.isEmpty() ? transport.send(frame) : SendResult.BUFFER_FULL;
    if (asking && answer == null) {
      answer = result;
    } else if (result.status() == SendResult.Status.BUFFER_FULL) {
      waiting.add(frame);
    }
  }

  private void flush() {
    lock.lock();
    try {
      Frame frame = waiting.peek();
      while (frame != null && transport.send(frame).status() != SendResult.Status.BUFFER_FULL) {
        waiting.remove();
        frame = waiting.peek();
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget() {
    lock.lock();
    try {
      waiting.clear();
    } finally {
      lock.unlock();
    }
    connections.incrementAndGet();
  }

  private void disconnect(String why) {
    transport.reconnect("a fault disconnects " + why);
  }

  /** At the end of the inbound line, on the loop. */
  private void deliver(Arrival arrival) {
    TransportListener target = listener;
    if (target != null && arrival.connection() == connections.get()) {
      target.onFrame(arrival.frame(), arrival.source());
    }
  }

  TransportListener wrap(TransportListener target) {
    listener = target;
    return new TransportListener() {
      @Override
      public void onOpen() {
        target.onOpen();
      }

      @Override
      public void onFrame(Frame frame, FrameSource source) {
        inbound.pass(new Arrival(frame, source, connections.get()));
      }

      @Override
      public void onWritable() {
        flush();
        if (isWritable()) {
          target.onWritable();
        }
      }

      @Override
      public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
        forget();
        target.onInterrupted(reason, attempt, delay);
      }

      @Override
      public void onClosed(CloseReason reason) {
        forget();
        target.onClosed(reason);
      }
    };
  }

  /** Shows a fault for frames the frames of arrivals. */
  private static Fault<Arrival> onArrivals(Fault<Frame> fault) {
    return (random, loop) -> {
      Fault.Stage<Frame> stage = fault.at(random, loop);
      return (arrival, next) ->
          stage.handle(
              arrival.frame(),
              new Fault.Next<>() {
                @Override
                public void pass(Frame frame) {
                  next.pass(new Arrival(frame, arrival.source(), arrival.connection()));
                }

                @Override
                public void disconnect(String why) {
                  next.disconnect(why);
                }
              });
    };
  }
}

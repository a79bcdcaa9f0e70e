package to.clasp.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportListener;

/** Records the events of a transport and lets a test wait for the next one. */
final class Recorder implements TransportListener {

  sealed interface Event {
    record Opened() implements Event {}

    record Received(Frame frame, FrameSource source) implements Event {}

    record Writable() implements Event {}

    record Interrupted(CloseReason reason, int attempt, Duration delay) implements Event {}

    record Closed(CloseReason reason) implements Event {}
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  @Override
  public void onOpen() {
    events.add(new Event.Opened());
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    events.add(new Event.Received(frame, source));
  }

  @Override
  public void onWritable() {
    events.add(new Event.Writable());
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    events.add(new Event.Interrupted(reason, attempt, delay));
  }

  @Override
  public void onClosed(CloseReason reason) {
    events.add(new Event.Closed(reason));
  }

  /** Waits for the next event, which must be of this kind. */
  <T extends Event> T next(Class<T> kind) throws InterruptedException {
    Event event = events.poll(20, TimeUnit.SECONDS);
    assertThat(event).isInstanceOf(kind);
    return kind.cast(event);
  }

  /** Waits for the next event; null when none comes in time. */
  @Nullable Event poll(Duration timeout) throws InterruptedException {
    return events.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }
}

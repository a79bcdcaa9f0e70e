package to.clasp.testkit.contract;

import java.time.Duration;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.testkit.record.TransportEvent;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.loop.ThreadEventLoop;

/** A transport under test, with its loop and its listener. */
final class Subject {

  private final Transport transport;
  private final ThreadEventLoop loop;
  private final RecordingListener heard;
  private final Hooks hooks;
  private volatile boolean started;

  Subject(Transport transport, ThreadEventLoop loop) {
    this.transport = transport;
    this.loop = loop;
    this.heard = new RecordingListener(loop);
    this.hooks = new Hooks(heard);
  }

  Transport transport() {
    return transport;
  }

  ThreadEventLoop loop() {
    return loop;
  }

  RecordingListener heard() {
    return heard;
  }

  Hooks hooks() {
    return hooks;
  }

  void start() {
    transport.start(hooks);
    started = true;
  }

  /** Sends a frame, waiting for room as the contract allows to; returns the answer otherwise. */
  SendResult send(Frame frame, Duration timeout) {
    SendResult result = transport.send(frame);
    while (result.status() == SendResult.Status.BUFFER_FULL) {
      heard.awaitThat(
          "room in the buffer",
          timeout,
          events ->
              transport.isWritable()
                  || events.get(events.size() - 1) instanceof TransportEvent.Closed);
      result = transport.send(frame);
    }
    return result;
  }

  /** Ends it, if the test has not, and waits for what that takes. */
  void end(Duration timeout) throws InterruptedException {
    transport.close();
    if (started) {
      heard.awaitClosed(timeout);
    }
    loop.close();
    if (!loop.awaitStopped(timeout)) {
      throw new AssertionError("the loop of the transport hangs in one of its tasks");
    }
    heard.assertContract();
  }
}

package to.clasp.transport.pace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;

/** Does what a test says, and keeps what was sent and when. */
final class ScriptedTransport implements Transport {

  record Sent(Frame frame, long at) {}

  private final StillLoop loop;
  private final List<Sent> sent = new ArrayList<>();
  private @Nullable TransportListener listener;
  private TransportState state = TransportState.NEW;
  private @Nullable SendResult refusal;

  ScriptedTransport(StillLoop loop) {
    this.loop = loop;
  }

  List<Frame> frames() {
    return sent.stream().map(Sent::frame).toList();
  }

  List<Long> times() {
    return sent.stream().map(Sent::at).toList();
  }

  void open() {
    state = TransportState.OPEN;
    listener().onOpen();
  }

  void interrupt() {
    state = TransportState.INTERRUPTED;
    listener()
        .onInterrupted(
            CloseReason.of(CloseReason.Code.CONNECTION_LOST, "by a test"), 1, Duration.ZERO);
  }

  void receive(Frame frame) {
    listener().onFrame(frame, FrameSource.ROUTER);
  }

  /** Refuses what is sent with this result, or takes it when null. */
  void refuse(@Nullable SendResult result) {
    refusal = result;
  }

  void writable() {
    refusal = null;
    listener().onWritable();
  }

  private TransportListener listener() {
    return Objects.requireNonNull(listener);
  }

  @Override
  public void start(TransportListener listener) {
    if (this.listener != null) {
      throw new IllegalStateException("started before");
    }
    this.listener = listener;
    state = TransportState.CONNECTING;
  }

  @Override
  public SendResult send(Frame frame) {
    if (refusal != null) {
      return refusal;
    }
    if (state != TransportState.OPEN) {
      return state == TransportState.CLOSED ? SendResult.CLOSED : SendResult.NOT_CONNECTED;
    }
    sent.add(new Sent(frame, loop.nanoTime()));
    return SendResult.ROUTER;
  }

  @Override
  public boolean isWritable() {
    return state == TransportState.OPEN && refusal == null;
  }

  @Override
  public TransportState state() {
    return state;
  }

  @Override
  public int maxFrameSize() {
    return 65_000;
  }

  @Override
  public void reconnect(String why) {
    interrupt();
  }

  @Override
  public void close() {
    if (state != TransportState.CLOSED) {
      boolean told = listener != null;
      state = TransportState.CLOSED;
      if (told) {
        listener().onClosed(CloseReason.of(CloseReason.Code.LOCAL_CLOSE, "by a test"));
      }
    }
  }

  @Override
  public TransportStats stats() {
    return new TransportStats(sent.size(), 0, 7, 70, 1, 2, 5, 3);
  }
}

package to.clasp.testkit.contract;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportListener;

/** Records each call, then does what a test wants done in it: throw, stall, or close. */
final class Hooks implements TransportListener {

  private final RecordingListener recorder;
  volatile @Nullable Runnable onOpen;
  volatile @Nullable Runnable onFrame;
  volatile @Nullable Runnable onWritable;
  volatile @Nullable Runnable onInterrupted;
  volatile @Nullable Runnable onClosed;

  Hooks(RecordingListener recorder) {
    this.recorder = recorder;
  }

  void all(Runnable hook) {
    onOpen = hook;
    onFrame = hook;
    onWritable = hook;
    onInterrupted = hook;
    onClosed = hook;
  }

  @Override
  public void onOpen() {
    recorder.onOpen();
    run(onOpen);
  }

  @Override
  public void onFrame(Frame frame, FrameSource source) {
    recorder.onFrame(frame, source);
    run(onFrame);
  }

  @Override
  public void onWritable() {
    recorder.onWritable();
    run(onWritable);
  }

  @Override
  public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
    recorder.onInterrupted(reason, attempt, delay);
    run(onInterrupted);
  }

  @Override
  public void onClosed(CloseReason reason) {
    recorder.onClosed(reason);
    run(onClosed);
  }

  private static void run(@Nullable Runnable hook) {
    if (hook != null) {
      hook.run();
    }
  }
}

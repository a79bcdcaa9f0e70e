package to.clasp.transport.webrtc;

import java.util.concurrent.CountDownLatch;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.TransportListener;

/** What the listener and the observer of an application may do wrong. */
enum Mischief {
  NONE,
  LISTENER_THROWS,
  LISTENER_THROWS_ERRORS,
  OBSERVER_THROWS,
  STALLS_IN_OPEN,
  STALLS_IN_FRAME,
  STALLS_IN_CLOSED;

  /** To be called by the observer, after it has done its work. */
  void observe() {
    if (this == OBSERVER_THROWS) {
      throw new IllegalStateException("thrown by an observer on purpose");
    }
  }

  /** Records first, then does the mischief; one that stalls goes on when released. */
  TransportListener listener(RecordingListener heard, CountDownLatch released) {
    return new TransportListener() {
      @Override
      public void onOpen() {
        heard.onOpen();
        act(STALLS_IN_OPEN, released);
      }

      @Override
      public void onFrame(Frame frame, FrameSource source) {
        heard.onFrame(frame, source);
        act(STALLS_IN_FRAME, released);
      }

      @Override
      public void onWritable() {
        heard.onWritable();
        act(NONE, released);
      }

      @Override
      public void onClosed(CloseReason reason) {
        heard.onClosed(reason);
        act(STALLS_IN_CLOSED, released);
      }
    };
  }

  private void act(Mischief stalling, CountDownLatch released) {
    if (this == LISTENER_THROWS) {
      throw new IllegalStateException("thrown by a listener on purpose");
    } else if (this == LISTENER_THROWS_ERRORS) {
      throw new AssertionError("thrown by a listener on purpose");
    } else if (this == stalling && this != NONE) {
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

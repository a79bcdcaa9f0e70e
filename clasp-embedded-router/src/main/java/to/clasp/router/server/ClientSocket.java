package to.clasp.router.server;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.router.engine.RouterEngine;
import to.clasp.router.options.BadManner;
import to.clasp.router.session.Connection;
import to.clasp.router.session.Wire;

/**
 * One WebSocket. Jetty's threads only copy and hand over. Frames are read by demand: when much has
 * been read that is not yet handled, no more is read, and TCP holds the client back.
 */
final class ClientSocket implements FrameHandler, Wire {

  private static final Logger LOG = LoggerFactory.getLogger(ClientSocket.class);

  /**
   * The largest WebSocket message. CLASP frames end at 64 KiB, and bytes after the frame are
   * ignored.
   */
  private static final int MAX_MESSAGE_BYTES = 128 * 1024;

  /** How much may be read ahead; each message counts its size and a fixed cost. */
  private static final int READ_AHEAD_BYTES = 256 * 1024;

  private static final int MESSAGE_COST = 256;

  /** Frames up to a quarter of it are gathered in one write. */
  private static final int OUTPUT_BUFFER_BYTES = 32 * 1024;

  private static final int INPUT_BUFFER_BYTES = 16 * 1024;

  private static final Duration LATE = Duration.ofSeconds(3);

  private final RouterEngine engine;
  private final AtomicInteger ahead = new AtomicInteger();
  private final AtomicBoolean readingStopped = new AtomicBoolean();
  private final MessageAssembly assembly = new MessageAssembly(MAX_MESSAGE_BYTES);

  // Set before the first frame, and before the engine has anything to send.
  private volatile @Nullable CoreSession session;
  private volatile @Nullable Connection connection;

  ClientSocket(RouterEngine engine) {
    this.engine = engine;
  }

  /** Sets the sizes and timeouts of a WebSocket before it opens. */
  static void configure(Configuration configuration) {
    configuration.setIdleTimeout(Duration.ZERO);
    configuration.setMaxFrameSize(MAX_MESSAGE_BYTES);
    configuration.setAutoFragment(false);
    configuration.setInputBufferSize(INPUT_BUFFER_BYTES);
    configuration.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
  }

  @Override
  public void onOpen(CoreSession opened, Callback callback) {
    session = opened;
    connection = engine.connect(this);
    callback.succeeded();
    opened.demand();
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    switch (frame.getOpCode()) {
      case OpCode.CLOSE -> onCloseFrame(callback);
      case OpCode.PING -> {
        Frame pong = new Frame(OpCode.PONG, BufferUtil.copy(frame.getPayload()));
        callback.succeeded();
        // No more is read before the pong is out: who only pings, and never reads, must not fill
        // us.
        session().sendFrame(pong, Callback.from(session()::demand, this::failed), false);
      }
      case OpCode.PONG -> {
        callback.succeeded();
        session().demand();
      }
      default -> {
        byte[] message = assembly.accept(frame);
        callback.succeeded();
        if (message != null) {
          ahead.addAndGet(message.length + MESSAGE_COST);
          engine.received(connection(), message);
        }
        readOn();
      }
    }
  }

  /** A failure to send ends the connection, and that is told by onClosed. */
  private void failed(Throwable cause) {
    LOG.debug("a pong was not sent", cause);
  }

  /** Jetty answers a close frame when the callback is completed. */
  private void onCloseFrame(Callback callback) {
    if (engine.manners().contains(BadManner.CLOSES_WITHOUT_ANSWER)) {
      session().abort();
      callback.succeeded();
    } else if (engine.manners().contains(BadManner.ANSWERS_CLOSE_LATE)) {
      engine.later(LATE, callback::succeeded);
    } else {
      callback.succeeded();
    }
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    LOG.debug("a client's WebSocket failed", cause);
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    Connection opened = connection;
    if (opened != null) {
      connection = null;
      engine.closed(opened);
    }
    callback.succeeded();
  }

  @Override
  public void send(List<byte[]> frames, Runnable done) {
    boolean gather = !engine.manners().contains(BadManner.DELAYS_SMALL_FRAMES);
    AtomicInteger left = new AtomicInteger(frames.size());
    // A failure ends the connection, and that is told by onClosed.
    Runnable oneDone =
        () -> {
          if (left.decrementAndGet() == 0) {
            done.run();
          }
        };
    Callback callback = Callback.from(oneDone);
    CoreSession target = session();
    for (int i = 0; i < frames.size(); i++) {
      boolean more = i < frames.size() - 1;
      Frame frame = new Frame(OpCode.BINARY, ByteBuffer.wrap(frames.get(i)));
      target.sendFrame(frame, callback, gather && more);
    }
  }

  @Override
  public void consumed(int bytes) {
    int left = ahead.addAndGet(-bytes - MESSAGE_COST);
    if (left <= READ_AHEAD_BYTES / 2 && readingStopped.compareAndSet(true, false)) {
      session().demand();
    }
  }

  @Override
  public void close(int status, String reason) {
    session().close(status, reason, Callback.NOOP);
  }

  @Override
  public void abort() {
    session().abort();
  }

  private void readOn() {
    if (ahead.get() < READ_AHEAD_BYTES) {
      session().demand();
      return;
    }
    readingStopped.set(true);
    // The engine may have handled everything before it could see that reading has stopped.
    if (ahead.get() <= READ_AHEAD_BYTES / 2 && readingStopped.compareAndSet(true, false)) {
      session().demand();
    }
  }

  private CoreSession session() {
    return Objects.requireNonNull(session, "the WebSocket is not open yet");
  }

  private Connection connection() {
    return Objects.requireNonNull(connection, "the WebSocket is not open");
  }
}

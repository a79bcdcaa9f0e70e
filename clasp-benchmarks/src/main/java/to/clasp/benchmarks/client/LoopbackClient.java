package to.clasp.benchmarks.client;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Clasp;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.loop.EventLoop;

/**
 * A client on a transport that costs nothing: what the client sends is taken as by a peer's link
 * and forgotten, and frames come from a peer as if a link had brought them.
 */
public final class LoopbackClient implements AutoCloseable {

  private static final FrameSource PEER = FrameSource.peer("stage");

  private final Clasp client;
  private @Nullable Loopback transport;

  /** Connects. */
  public LoopbackClient() {
    client =
        Clasp.builder("memory://nowhere")
            .name("bench")
            .maxQueuedUpdates(1_000_000)
            .transport(
                context -> {
                  Loopback made = new Loopback(context.loop());
                  transport = made;
                  return made;
                })
            .connect();
  }

  /**
   * Gives the client.
   *
   * @return a connected client
   */
  public Clasp client() {
    return client;
  }

  /**
   * Lets frames arrive, all within one task of the loop, as a message of a link brings them.
   *
   * @param frames the frames
   */
  public void receive(Frame[] frames) {
    Loopback arriving = Objects.requireNonNull(transport);
    arriving.loop.execute(
        () -> {
          for (Frame frame : frames) {
            arriving.listener().onFrame(frame, PEER);
          }
        });
  }

  @Override
  public void close() {
    client.close();
  }

  private static final class Loopback implements Transport {
    private final EventLoop loop;
    private volatile TransportState state = TransportState.NEW;
    private volatile @Nullable TransportListener listener;

    Loopback(EventLoop loop) {
      this.loop = loop;
    }

    TransportListener listener() {
      return Objects.requireNonNull(listener, "not started");
    }

    @Override
    public void start(TransportListener heard) {
      listener = heard;
      state = TransportState.OPEN;
      loop.execute(heard::onOpen);
    }

    @Override
    public SendResult send(Frame frame) {
      if (frame.messageType() == MessageType.HELLO) {
        Frame welcome =
            Frame.of(
                new WelcomeMessage(
                    1, Set.of(), System.currentTimeMillis() * 1_000, "session", "none", null));
        loop.execute(() -> listener().onFrame(welcome, FrameSource.ROUTER));
      }
      return SendResult.P2P;
    }

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public TransportState state() {
      return state;
    }

    @Override
    public int maxFrameSize() {
      return FrameFormat.MAX_FRAME_BYTES;
    }

    @Override
    public void reconnect(String why) {
      throw new IllegalStateException("nothing is ever lost here: " + why);
    }

    @Override
    public void close() {
      state = TransportState.CLOSED;
      loop.execute(
          () -> listener().onClosed(CloseReason.of(CloseReason.Code.LOCAL_CLOSE, "closed")));
    }

    @Override
    public TransportStats stats() {
      return TransportStats.ZERO;
    }
  }
}

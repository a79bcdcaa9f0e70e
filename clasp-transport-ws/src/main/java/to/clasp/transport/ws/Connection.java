package to.clasp.transport.ws;

import java.net.ProtocolException;
import java.util.ArrayDeque;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.transport.CloseReason;

/**
 * One WebSocket, from the upgrade to its end. OkHttp's callbacks copy and hand over to the event
 * loop; the owner hears of this connection on the loop only.
 */
final class Connection {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** How many frames one task of the loop delivers before others get their turn. */
  private static final int FRAMES_PER_TASK = 256;

  /** WebSocket close code "message too big" (RFC 6455, section 7.4.1). */
  private static final int MESSAGE_TOO_BIG = 1009;

  /** Hears of a connection, on the loop. Exactly one {@link #onEnded} is the last call. */
  interface Owner {
    void onReady(Connection connection, @Nullable String subprotocol);

    void onMessage(Connection connection, byte[] message);

    void onTextMessage(Connection connection);

    void onEnded(Connection connection, Ending ending);
  }

  /**
   * How a connection ended: by a failure, with the upgrade's response if there was one, or by
   * close.
   */
  record Ending(
      @Nullable Throwable failure, @Nullable Response response, @Nullable CloseReason reason) {}

  private final java.util.concurrent.Executor loop;
  private final Owner owner;
  private final QuickAckSocketFactory sockets;
  private final InboundQueue inbound;
  private final WebSocket webSocket;

  // The loop only.
  private final ArrayDeque<byte[]> batch = new ArrayDeque<>();
  private boolean ended;

  Connection(
      OkHttpClient client,
      QuickAckSocketFactory sockets,
      Request request,
      int receiveBufferBytes,
      java.util.concurrent.Executor loop,
      Owner owner) {
    this.loop = loop;
    this.owner = owner;
    this.sockets = sockets;
    this.inbound = new InboundQueue(receiveBufferBytes);
    this.webSocket = client.newWebSocket(request, new Callbacks());
  }

  /** Queues a frame; false when the socket takes no more. Any thread. */
  boolean send(Frame frame) {
    return webSocket.send(ByteString.of(frame.asReadOnlyBuffer()));
  }

  /** Bytes that wait to be written. Any thread. */
  long queuedBytes() {
    return webSocket.queueSize();
  }

  /** Sends what is queued and then the close frame. */
  void close() {
    webSocket.close(1000, null);
  }

  /** Ends the connection at once. */
  void cancel() {
    inbound.close();
    webSocket.cancel();
  }

  private void deliver() {
    if (deliverBatch()) {
      loop.execute(this::deliver);
    } else {
      // Once for all that came together: the other side waits for no more than the last of it.
      sockets.acknowledgeQuickly();
    }
  }

  /** Hands on some messages; true if others wait. */
  private boolean deliverBatch() {
    inbound.take(batch, FRAMES_PER_TASK);
    long bytes = 0;
    for (byte[] message = batch.poll(); message != null; message = batch.poll()) {
      bytes += message.length;
      if (!ended) {
        owner.onMessage(this, message);
      }
    }
    return inbound.handled(bytes);
  }

  private void end(Ending ending) {
    inbound.close();
    loop.execute(
        () -> {
          if (ended) {
            return;
          }
          // What arrived before the end is delivered before the end.
          boolean more = true;
          while (more) {
            more = deliverBatch();
          }
          ended = true;
          owner.onEnded(this, ending);
        });
  }

  /** Runs on OkHttp's threads: nothing here may block, but for {@link InboundQueue}, nor throw. */
  private final class Callbacks extends WebSocketListener {

    @Override
    public void onOpen(WebSocket socket, Response response) {
      sockets.acknowledgeQuickly();
      String subprotocol = response.header("Sec-WebSocket-Protocol");
      loop.execute(() -> owner.onReady(Connection.this, subprotocol));
    }

    @Override
    public void onMessage(WebSocket socket, ByteString bytes) {
      if (bytes.size() > FrameFormat.MAX_FRAME_BYTES) {
        LOG.warn("received a message of {} bytes, more than a CLASP frame has", bytes.size());
        socket.close(MESSAGE_TOO_BIG, null);
        end(
            new Ending(
                null,
                null,
                CloseReason.of(
                    CloseReason.Code.FRAME_TOO_LARGE,
                    "the server sent a message of "
                        + bytes.size()
                        + " bytes; a CLASP frame has at most "
                        + FrameFormat.MAX_FRAME_BYTES)));
        socket.cancel();
        return;
      }
      if (inbound.put(bytes.toByteArray())) {
        loop.execute(Connection.this::deliver);
      }
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      loop.execute(() -> owner.onTextMessage(Connection.this));
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      socket.close(1000, null);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      end(
          new Ending(
              null,
              null,
              CloseReason.of(
                  CloseReason.Code.REMOTE_CLOSE,
                  "the server closed the connection with code "
                      + code
                      + (reason.isEmpty() ? "" : " (" + reason + ")"))));
    }

    @Override
    public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
      // OkHttp reports every failure of the upgrade with a response; 101 means it was something
      // else.
      Response refusal =
          response != null && response.code() == 101 && !(failure instanceof ProtocolException)
              ? null
              : response;
      end(new Ending(failure, refusal, null));
    }
  }
}

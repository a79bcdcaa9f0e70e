package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.MessageType;
import to.clasp.core.message.PingMessage;

/** A WebSocket to a router that sends and receives whatever bytes it is told. */
final class RawClient extends WebSocketListener implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static final byte[] PING = Frame.of(new PingMessage()).toByteArray();

  /** Its threads are daemons, and end when they were idle for long. */
  private static final OkHttpClient HTTP =
      new OkHttpClient.Builder().connectTimeout(TIMEOUT).readTimeout(Duration.ZERO).build();

  private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> kept = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final WebSocket socket;

  RawClient(URI router) {
    Request request =
        new Request.Builder()
            .url(router.toString())
            .header("Sec-WebSocket-Protocol", "clasp")
            .build();
    socket = HTTP.newWebSocket(request, this);
    opened.orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  void send(byte[] message) {
    assertThat(socket.send(ByteString.of(message))).as("taken to be sent").isTrue();
  }

  byte[] next() throws InterruptedException {
    byte[] earlier = kept.poll();
    return earlier == null ? nextArrival() : earlier;
  }

  private byte[] nextArrival() throws InterruptedException {
    byte[] bytes = received.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(bytes).as("next message within " + TIMEOUT).isNotNull();
    return bytes;
  }

  /** Waits until the router has handled all that was sent: it takes messages one by one. */
  void awaitHandled() throws InterruptedException {
    send(PING);
    byte[] bytes = nextArrival();
    while (Frame.wrap(bytes).messageType() != MessageType.PONG) {
      kept.add(bytes);
      bytes = nextArrival();
    }
  }

  boolean hasReceived() {
    return !kept.isEmpty() || !received.isEmpty();
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  @Override
  public void onOpen(WebSocket webSocket, Response response) {
    opened.complete(null);
  }

  @Override
  public void onMessage(WebSocket webSocket, ByteString bytes) {
    received.add(bytes.toByteArray());
  }

  @Override
  public void onClosing(WebSocket webSocket, int code, String reason) {
    ended.complete(null);
  }

  @Override
  public void onFailure(WebSocket webSocket, Throwable cause, @Nullable Response response) {
    opened.completeExceptionally(cause);
    ended.complete(null);
  }

  @Override
  public void close() {
    socket.cancel();
  }
}

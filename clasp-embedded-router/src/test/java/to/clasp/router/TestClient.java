package to.clasp.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
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
import to.clasp.core.codec.FrameDecoder;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.WelcomeMessage;

/** A WebSocket client that sends and receives raw frames. */
final class TestClient extends WebSocketListener implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Its threads are daemons, and end when they were idle for long. */
  private static final OkHttpClient HTTP =
      new OkHttpClient.Builder().connectTimeout(TIMEOUT).readTimeout(Duration.ZERO).build();

  private static final int ABNORMAL = 1006;

  private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> opened = new CompletableFuture<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final WebSocket socket;
  private final String subprotocol;
  private String session = "";

  private TestClient(URI uri, String... subprotocols) {
    Request.Builder request = new Request.Builder().url(uri.toString());
    if (subprotocols.length > 0) {
      request.header("Sec-WebSocket-Protocol", String.join(", ", subprotocols));
    }
    socket = HTTP.newWebSocket(request.build(), this);
    subprotocol = opened.orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  static TestClient connect(EmbeddedRouter router) {
    return new TestClient(router.uri(), "clasp");
  }

  static TestClient connect(URI uri, String... subprotocols) {
    return new TestClient(uri, subprotocols);
  }

  /** Connects, says HELLO and takes WELCOME and the first snapshot. */
  static TestClient join(EmbeddedRouter router, String name) {
    return join(router, name, null);
  }

  static TestClient join(EmbeddedRouter router, String name, @Nullable String token) {
    TestClient client = connect(router);
    client.send(new HelloMessage(1, Set.of(), name, token));
    client.session = client.next(WelcomeMessage.class).session();
    client.next(SnapshotMessage.class);
    return client;
  }

  String session() {
    return session;
  }

  String subprotocol() {
    return subprotocol;
  }

  void send(Message message) {
    send(Frame.of(message).toByteArray());
  }

  void send(byte[] bytes) {
    assertThat(socket.send(ByteString.of(bytes))).as("taken to be sent").isTrue();
  }

  byte[] nextBytes() {
    try {
      byte[] bytes = received.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(bytes).as("next message within " + TIMEOUT).isNotNull();
      return bytes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  Message next() {
    return FrameDecoder.decode(nextBytes());
  }

  <T extends Message> T next(Class<T> type) {
    Message message = next();
    assertThat(message).isInstanceOf(type);
    return type.cast(message);
  }

  /** Everything sent before is handled now, and nothing came of it. */
  void assertNothing() {
    send(new PingMessage());
    next(PongMessage.class);
  }

  /** Everything sent before is handled now, and the last that came of it are of these types. */
  void assertAnswered(Class<?>... types) {
    for (Class<?> type : types) {
      assertThat(next()).isInstanceOf(type);
    }
    assertNothing();
  }

  boolean hasReceived() {
    return !received.isEmpty();
  }

  /** The status of the close frame, or 1006 if the connection ended without. */
  int awaitEnd() {
    return ended.orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  @Override
  public void onOpen(WebSocket webSocket, Response response) {
    opened.complete(response.header("Sec-WebSocket-Protocol", ""));
  }

  @Override
  public void onMessage(WebSocket webSocket, ByteString bytes) {
    received.add(bytes.toByteArray());
  }

  @Override
  public void onClosing(WebSocket webSocket, int code, String reason) {
    ended.complete(code);
  }

  @Override
  public void onFailure(WebSocket webSocket, Throwable cause, @Nullable Response response) {
    opened.completeExceptionally(cause);
    ended.complete(ABNORMAL);
  }

  @Override
  public void close() {
    socket.cancel();
  }
}

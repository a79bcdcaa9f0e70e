package to.clasp.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameDecoder;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.WelcomeMessage;

/** A WebSocket client that sends and receives raw frames, on the JDK's WebSocket. */
final class TestClient implements WebSocket.Listener, AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** One for all: each has a thread, which ends only when it is garbage. */
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final WebSocket socket;
  private String session = "";

  private TestClient(URI uri, String... subprotocols) {
    WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(TIMEOUT);
    if (subprotocols.length > 0) {
      builder.subprotocols(
          subprotocols[0], java.util.Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
    }
    socket = builder.buildAsync(uri, this).join();
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
    return socket.getSubprotocol();
  }

  WebSocket socket() {
    return socket;
  }

  void send(Message message) {
    send(Frame.of(message).toByteArray());
  }

  void send(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).orTimeout(20, TimeUnit.SECONDS).join();
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
  public void onOpen(WebSocket webSocket) {
    webSocket.request(Long.MAX_VALUE);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    fragments.writeBytes(bytes);
    if (last) {
      received.add(fragments.toByteArray());
      fragments.reset();
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
    ended.complete(status);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    ended.complete(1006);
  }

  @Override
  public void close() {
    socket.abort();
  }
}

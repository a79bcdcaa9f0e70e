package to.clasp.benchmarks.router;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;

/** The bytes of the same frames by OkHttp alone, to a plain echo server and back. */
final class PlainPath extends NumberedPath {

  private final EchoServer server = new EchoServer();
  private final OkHttpClient client = new OkHttpClient();
  private final WebSocket socket;
  private final byte[] frame = Frame.set(RouterPath.ADDRESS, 0.0).toByteArray();

  PlainPath() throws Exception {
    CompletableFuture<Void> open = new CompletableFuture<>();
    socket =
        client.newWebSocket(
            new Request.Builder().url("ws://127.0.0.1:" + server.port()).build(),
            new WebSocketListener() {
              @Override
              public void onOpen(WebSocket opened, Response response) {
                open.complete(null);
              }

              @Override
              public void onMessage(WebSocket from, ByteString bytes) {
                arrived((long) bytes.asByteBuffer().getDouble(bytes.size() - Double.BYTES));
              }

              @Override
              public void onFailure(
                  WebSocket failed, Throwable cause, @Nullable Response response) {
                open.completeExceptionally(cause);
              }
            });
    open.get(10, TimeUnit.SECONDS);
  }

  @Override
  void send(long number) {
    ByteBuffer.wrap(frame).putDouble(frame.length - Double.BYTES, (double) number);
    if (!socket.send(ByteString.of(frame))) {
      throw new IllegalStateException("the plain WebSocket does not take messages any more");
    }
  }

  @Override
  public void close() throws IOException {
    socket.cancel();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
    server.close();
  }
}

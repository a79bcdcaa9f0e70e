package to.clasp.transport.ws;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import to.clasp.transport.ConnectionOptions;

/** Makes and ends the HTTP client of one transport. */
final class HttpClients {

  private HttpClients() {}

  static OkHttpClient create(ConnectionOptions options, QuickAckSocketFactory sockets) {
    ExecutorService threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "clasp-ws");
              thread.setDaemon(true);
              return thread;
            });
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dispatcher(new Dispatcher(threads))
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
            .protocols(List.of(Protocol.HTTP_1_1))
            .socketFactory(sockets)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(options.connectTimeout())
            .readTimeout(options.connectTimeout())
            .writeTimeout(options.connectTimeout())
            .pingInterval(options.pingInterval())
            .webSocketCloseTimeout(options.drainTimeout())
            // OkHttp offers compression; a CLASP router knows no extension.
            .addInterceptor(
                chain ->
                    chain.proceed(
                        chain
                            .request()
                            .newBuilder()
                            .removeHeader("Sec-WebSocket-Extensions")
                            .build()));
    if (options.proxy() != null) {
      builder.proxy(options.proxy());
    }
    ConnectionOptions.Tls tls = options.tls();
    if (tls != null) {
      builder.sslSocketFactory(tls.socketFactory(), tls.trustManager());
    }
    return builder.build();
  }

  static void shutDown(OkHttpClient client) {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}

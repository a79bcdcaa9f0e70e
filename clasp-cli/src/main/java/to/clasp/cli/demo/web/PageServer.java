package to.clasp.cli.demo.web;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Serves the files of the page, and where the router is, to browsers on this machine. */
final class PageServer implements AutoCloseable {

  private static final int THREADS = 4;
  private static final Pattern FILE = Pattern.compile("(?:/[a-z0-9][a-z0-9.-]*)+");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "json", "application/json");

  private final HttpServer server;
  private final ExecutorService executor;
  private final byte[] config;

  private PageServer(HttpServer server, JsonObject config) {
    this.server = server;
    this.config = config.toString().getBytes(StandardCharsets.UTF_8);
    this.executor =
        Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "clasp-demo-page"));
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  static PageServer start(int port, JsonObject config) {
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      return new PageServer(HttpServer.create(new InetSocketAddress(loopback, port), 0), config);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot serve the page on port " + port, e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        answer(exchange, 405, "text/plain", new byte[0]);
        return;
      }
      if (!isForUs(exchange.getRequestHeaders().getFirst("Host"))) {
        answer(exchange, 403, "text/plain", new byte[0]);
        return;
      }
      String path = exchange.getRequestURI().getPath();
      byte[] content = content(path.equals("/") ? "/index.html" : path);
      if (content == null) {
        answer(exchange, 404, "text/plain", new byte[0]);
      } else {
        String extension = path.equals("/") ? "html" : path.substring(path.lastIndexOf('.') + 1);
        answer(exchange, 200, TYPES.getOrDefault(extension, "application/octet-stream"), content);
      }
    }
  }

  /** A page of another site must not reach this one by a name of its own for our address. */
  private static boolean isForUs(@Nullable String host) {
    return host != null && (host.startsWith("127.0.0.1:") || host.startsWith("localhost:"));
  }

  private byte @Nullable [] content(String path) throws IOException {
    if (path.equals("/config.json")) {
      return config;
    }
    if (!FILE.matcher(path).matches()) {
      return null;
    }
    try (InputStream file = PageServer.class.getResourceAsStream(path.substring(1))) {
      return file == null ? null : file.readAllBytes();
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] content)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange
        .getResponseHeaders()
        .set("Content-Security-Policy", "default-src 'self'; connect-src 'self' ws://127.0.0.1:*");
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    exchange.getResponseBody().write(content);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}

package to.clasp.cli.demo.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server of the page gives to whom. */
class PageServerTest {

  private final PageServer server = PageServer.start(0, config());

  private static JsonObject config() {
    JsonObject config = new JsonObject();
    config.addProperty("router", "ws://127.0.0.1:1");
    return config;
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8, <!doctype html>",
    "/app.js, text/javascript; charset=utf-8, ClaspP2P",
    "/style.css, text/css; charset=utf-8, --router",
    "/clasp-p2p/index.js, text/javascript; charset=utf-8, ClaspP2P",
    "/clasp-p2p/link/codec.js, text/javascript; charset=utf-8, isLinkMessage",
    "/config.json, application/json, ws://127.0.0.1:1"
  })
  void servesThePageAndTheModule(String path, String type, String part) throws IOException {
    HttpURLConnection connection = open(path);
    assertThat(connection.getResponseCode()).isEqualTo(200);
    assertThat(connection.getContentType()).isEqualTo(type);
    assertThat(connection.getHeaderField("Content-Security-Policy")).contains("default-src 'self'");
    try (InputStream body = connection.getInputStream()) {
      assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains(part);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing.js",
        "/../Demo.class",
        "/clasp-p2p/../../Demo.class",
        "/PageServer.class",
        "/%2e%2e/Demo.class",
        "//etc/passwd"
      })
  void servesNothingElse(String path) throws IOException {
    assertThat(firstLine("GET " + path + " HTTP/1.1", "127.0.0.1:1")).contains(" 404 ");
  }

  @Test
  void servesNobodyWhoCallsItByAnotherName() throws IOException {
    assertThat(firstLine("GET / HTTP/1.1", "evil.example:80")).contains(" 403 ");
    assertThat(firstLine("GET / HTTP/1.1", "localhost:1")).contains(" 200 ");
  }

  @Test
  void takesNothing() throws IOException {
    assertThat(firstLine("POST / HTTP/1.1", "127.0.0.1:1")).contains(" 405 ");
  }

  private HttpURLConnection open(String path) throws IOException {
    return (HttpURLConnection) server.uri().resolve(path).toURL().openConnection();
  }

  /** Asks as no client library would. */
  private String firstLine(String request, String host) throws IOException {
    URI uri = server.uri();
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      OutputStream out = socket.getOutputStream();
      String lines = request + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      out.write(lines.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.lines().findFirst().orElseThrow();
    }
  }
}

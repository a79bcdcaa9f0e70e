package to.clasp.transport.ws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A server that completes the upgrade (RFC 6455, section 4.2.2) and then neither reads nor writes.
 */
final class MuteAfterUpgrade implements AutoCloseable {

  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ServerSocket server;
  private final Thread thread;
  private final CountDownLatch mayRead = new CountDownLatch(1);
  private final AtomicLong bytesRead = new AtomicLong();
  private volatile @Nullable Socket accepted;

  private MuteAfterUpgrade(ServerSocket server) {
    this.server = server;
    this.thread = new Thread(this::serve, "mute-server");
  }

  static MuteAfterUpgrade start() throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReceiveBufferSize(16_384);
    server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    MuteAfterUpgrade mute = new MuteAfterUpgrade(server);
    mute.thread.start();
    return mute;
  }

  URI uri() {
    return URI.create("ws://127.0.0.1:" + server.getLocalPort());
  }

  /** Reads everything from now on. */
  void readAll() {
    mayRead.countDown();
  }

  /** How much has come after the upgrade; complete once {@link #close} has returned. */
  long bytesRead() throws InterruptedException {
    thread.join();
    return bytesRead.get();
  }

  private void serve() {
    try (Socket socket = server.accept()) {
      accepted = socket;
      InputStream in = socket.getInputStream();
      answerUpgrade(in, socket.getOutputStream());
      mayRead.await();
      byte[] buffer = new byte[65_536];
      int read = in.read(buffer);
      while (read >= 0) {
        bytesRead.addAndGet(read);
        read = in.read(buffer);
      }
    } catch (IOException e) {
      // The client, or the end of the test, broke the connection: what this server is for.
      bytesRead.addAndGet(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answerUpgrade(InputStream in, OutputStream out) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII), 1);
    String key = "";
    String line = lines.readLine();
    while (line != null && !line.isEmpty()) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:")) {
        key = line.substring(line.indexOf(':') + 1).trim();
      }
      line = lines.readLine();
    }
    String answer =
        String.join(
            "\r\n",
            "HTTP/1.1 101 Switching Protocols",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Protocol: clasp",
            "Sec-WebSocket-Accept: " + accept(key),
            "",
            "");
    out.write(answer.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    mayRead.countDown();
    server.close();
    Socket socket = accepted;
    if (socket != null) {
      socket.close();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

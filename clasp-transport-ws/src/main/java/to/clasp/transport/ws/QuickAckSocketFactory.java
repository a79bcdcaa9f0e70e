package to.clasp.transport.ws;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sockets without Nagle's algorithm, and keeps hold of those that are open so that their
 * delayed acknowledgements can be turned off. There is one but for a moment: where a host has
 * several addresses, OkHttp races connections to them, and any of them may win.
 *
 * <p>A CLASP router runs its sockets with Nagle's algorithm on: a SET followed by its ACK waits for
 * our TCP acknowledgement, which Linux delays by 40 ms. {@code TCP_QUICKACK} sends it at once, but
 * the kernel forgets the option, so it is set again after whatever has come in together.
 */
final class QuickAckSocketFactory extends SocketFactory {

  private static final Logger LOG = LoggerFactory.getLogger(QuickAckSocketFactory.class);
  private static final SocketOption<Boolean> QUICK_ACK = ExtendedSocketOptions.TCP_QUICKACK;

  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** Asks the kernel to acknowledge what it receives next at once. */
  void acknowledgeQuickly() {
    sockets.removeIf(socket -> socket.isClosed() || !acknowledgeQuickly(socket));
  }

  private static boolean acknowledgeQuickly(Socket socket) {
    try {
      socket.setOption(QUICK_ACK, true);
      return true;
    } catch (IOException e) {
      // The socket broke; its reader finds out and reports it.
      LOG.debug("cannot set TCP_QUICKACK", e);
      return false;
    }
  }

  private Socket prepare(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    if (socket.supportedOptions().contains(QUICK_ACK)) {
      sockets.removeIf(Socket::isClosed);
      sockets.add(socket);
    }
    return socket;
  }

  @Override
  public Socket createSocket() throws IOException {
    return prepare(new Socket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connect(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return connect(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connect(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return connect(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
  }

  private Socket connect(InetSocketAddress remote, @Nullable InetSocketAddress local)
      throws IOException {
    Socket socket = createSocket();
    try {
      if (local != null) {
        socket.bind(local);
      }
      socket.connect(remote);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}

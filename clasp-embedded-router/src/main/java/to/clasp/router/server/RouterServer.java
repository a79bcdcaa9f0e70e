package to.clasp.router.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketUpgradeHandler;
import to.clasp.core.codec.FrameFormat;
import to.clasp.router.engine.RouterEngine;
import to.clasp.router.options.RouterOptions;

/**
 * Jetty in front of an engine: one selector thread, which also accepts, one for timeouts, and up to
 * three that read.
 */
public final class RouterServer {

  private static final int THREADS = 4;
  private static final int MIN_THREADS = 2;
  private static final int ACCEPT_QUEUE = 128;

  /** An upgrade that takes longer is given up. */
  private static final long HTTP_IDLE_MILLIS = 10_000;

  private static final long THREAD_STOP_MILLIS = 5_000;

  private final Server server;
  private final ServerConnector connector;

  /**
   * Makes a server.
   *
   * @param options where it listens
   * @param port port to listen on, instead of the one in the options
   * @param engine what it serves
   * @param name prefix of its threads' names
   */
  public RouterServer(RouterOptions options, int port, RouterEngine engine, String name) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, MIN_THREADS);
    threads.setName(name);
    threads.setReservedThreads(0);
    threads.setStopTimeout(THREAD_STOP_MILLIS);
    server = new Server(threads);
    connector = new ServerConnector(server, 0, 1, new HttpConnectionFactory(httpConfiguration()));
    connector.setHost(options.host());
    connector.setPort(port);
    connector.setIdleTimeout(HTTP_IDLE_MILLIS);
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(options.maxConnections(), connector));
    WebSocketUpgradeHandler upgrades = new WebSocketUpgradeHandler();
    upgrades.addMapping("/*", new Negotiator(engine));
    upgrades.setHandler(new PlainHttpHandler());
    server.setHandler(upgrades);
  }

  private static HttpConfiguration httpConfiguration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(false);
    return configuration;
  }

  /**
   * Switches Nagle's algorithm for the connections that are made from now on.
   *
   * @param delay true to have it on
   */
  public void delaySmallFrames(boolean delay) {
    connector.setAcceptedTcpNoDelay(!delay);
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if it cannot
   */
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      stop();
      throw e;
    } catch (Exception e) {
      stop();
      throw new IOException("the WebSocket server does not start", e);
    }
  }

  /**
   * Returns where it listens.
   *
   * @return the address and the port
   */
  public InetSocketAddress address() {
    return new InetSocketAddress(connector.getHost(), connector.getLocalPort());
  }

  /**
   * Ends all connections, and its threads.
   *
   * @throws IOException if that fails
   */
  public void stop() throws IOException {
    // While their selectors run: an endpoint that is closed with its selector, amid a write of
    // another thread, may be left open.
    connector.getConnectedEndPoints().forEach(EndPoint::close);
    try {
      server.stop();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the WebSocket server does not stop", e);
    }
  }

  /** Accepts each upgrade, on any path; names the sub-protocol if it was offered. */
  private record Negotiator(RouterEngine engine) implements WebSocketNegotiator {

    @Override
    public FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      if (request.hasSubProtocol(FrameFormat.SUBPROTOCOL)) {
        response.setAcceptedSubProtocol(FrameFormat.SUBPROTOCOL);
      }
      response.setExtensions(List.of());
      return new ClientSocket(engine);
    }

    @Override
    public void customize(Configuration configuration) {
      ClientSocket.configure(configuration);
    }
  }
}

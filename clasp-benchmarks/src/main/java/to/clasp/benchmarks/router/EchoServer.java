package to.clasp.benchmarks.router;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/** Sends each WebSocket message back, as plainly as Jetty does it. */
final class EchoServer implements AutoCloseable {

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);

  EchoServer() throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    WebSocketUpgradeHandler upgrades = new WebSocketUpgradeHandler();
    upgrades.addMapping("/*", new Negotiator());
    server.setHandler(upgrades);
    server.start();
  }

  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the echo server does not stop", e);
    }
  }

  private static final class Negotiator implements WebSocketNegotiator {

    @Override
    public FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      response.setExtensions(List.of());
      return new Echo();
    }

    @Override
    public void customize(Configuration configuration) {
      configuration.setAutoFragment(false);
    }
  }

  private static final class Echo implements FrameHandler {
    private @Nullable CoreSession session;

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
      session = opened;
      callback.succeeded();
      opened.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
      CoreSession open = Objects.requireNonNull(session);
      if (frame.getOpCode() == OpCode.BINARY) {
        Frame echo = new Frame(OpCode.BINARY, BufferUtil.copy(frame.getPayload()));
        open.sendFrame(echo, Callback.NOOP, false);
      }
      callback.succeeded();
      open.demand();
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
      callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
      callback.succeeded();
    }
  }
}

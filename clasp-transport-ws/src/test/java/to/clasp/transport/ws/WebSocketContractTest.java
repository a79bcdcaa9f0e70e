package to.clasp.transport.ws;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import to.clasp.testkit.contract.OtherSide;
import to.clasp.testkit.contract.TransportContract;
import to.clasp.testkit.contract.TransportHarness;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.spi.TransportContext;

final class WebSocketContractTest extends TransportContract {

  @Override
  protected TransportHarness openHarness() throws IOException {
    return new Harness(RawServer.start());
  }

  /** OkHttp keeps a few threads for the whole process; they end by themselves when idle. */
  @Override
  protected boolean isShared(Thread thread) {
    return thread.getName().startsWith("OkHttp TaskRunner")
        || thread.getName().startsWith("Okio Watchdog");
  }

  private record Harness(RawServer server) implements TransportHarness {

    @Override
    public Transport create(ConnectionOptions options, TransportContext context) {
      return new WebSocketProvider().create(server.uri(), options, context);
    }

    @Override
    public Transport createWithNobodyListening(
        ConnectionOptions options, TransportContext context) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        URI uri = URI.create("ws://127.0.0.1:" + free.getLocalPort());
        return new WebSocketProvider().create(uri, options, context);
      } catch (IOException e) {
        throw new AssertionError("cannot find a free port", e);
      }
    }

    @Override
    public OtherSide otherSide() {
      return server;
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}

package to.clasp.hybrid;

import java.time.Duration;
import java.util.SplittableRandom;
import to.clasp.testkit.contract.OtherSide;
import to.clasp.testkit.contract.TransportContract;
import to.clasp.testkit.contract.TransportHarness;
import to.clasp.testkit.contract.TransportOtherSide;
import to.clasp.testkit.memory.InMemoryNetwork;
import to.clasp.testkit.memory.InMemoryPeerNetwork;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.spi.TransportContext;

/** The contract of a transport, kept by the hybrid while there is no link. */
class RouterOnlyContractTest extends TransportContract {

  @Override
  protected TransportHarness openHarness() {
    return new Harness(options());
  }

  private static final class Harness implements TransportHarness {
    private static final String NAME = "router";

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final ThreadEventLoop loop = ThreadEventLoop.start("loop of the router");
    private final TransportOtherSide otherSide =
        new TransportOtherSide(
            new TransportOtherSide.Commands() {
              @Override
              public void pauseReading(Transport transport, boolean paused) {
                InMemoryTransport end = (InMemoryTransport) transport;
                if (paused) {
                  end.pauseReading();
                } else {
                  end.resumeReading();
                }
              }

              @Override
              public void loseConnection(Transport transport) {
                ((InMemoryTransport) transport).loseConnection();
              }
            });

    Harness(ConnectionOptions options) {
      network.listen(
          NAME, new TransportContext(loop, new SplittableRandom(7)), options, otherSide::accept);
    }

    @Override
    public Transport create(ConnectionOptions options, TransportContext context) {
      return hybrid(network.connectTo(NAME, options, context), context);
    }

    @Override
    public Transport createWithNobodyListening(
        ConnectionOptions options, TransportContext context) {
      return hybrid(network.connectTo("nobody", options, context), context);
    }

    private static Transport hybrid(Transport router, TransportContext context) {
      return new HybridProvider()
          .create(
              router,
              new InMemoryPeerTransportProvider(new InMemoryPeerNetwork()),
              P2POptions.DEFAULTS,
              context);
    }

    @Override
    public OtherSide otherSide() {
      return otherSide;
    }

    @Override
    public void close() throws InterruptedException {
      otherSide.close(Duration.ofSeconds(20));
      loop.close();
      loop.awaitStopped(Duration.ofSeconds(20));
    }
  }
}

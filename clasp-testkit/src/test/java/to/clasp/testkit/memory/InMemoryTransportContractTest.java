package to.clasp.testkit.memory;

import java.time.Duration;
import java.util.SplittableRandom;
import to.clasp.testkit.contract.OtherSide;
import to.clasp.testkit.contract.TransportContract;
import to.clasp.testkit.contract.TransportHarness;
import to.clasp.testkit.contract.TransportOtherSide;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.spi.TransportContext;

class InMemoryTransportContractTest extends TransportContract {

  @Override
  protected TransportHarness openHarness() {
    return new Harness(new InMemoryNetwork(), options());
  }

  /** A server in memory. */
  static final class Harness implements TransportHarness {
    private static final String NAME = "other side";

    private final InMemoryNetwork network;
    private final ThreadEventLoop loop = ThreadEventLoop.start("loop of the other side");
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

    Harness(InMemoryNetwork network, ConnectionOptions options) {
      this.network = network;
      network.listen(
          NAME, new TransportContext(loop, new SplittableRandom(7)), options, otherSide::accept);
    }

    @Override
    public Transport create(ConnectionOptions options, TransportContext context) {
      return network.connectTo(NAME, options, context);
    }

    @Override
    public Transport createWithNobodyListening(
        ConnectionOptions options, TransportContext context) {
      return network.connectTo("nobody", options, context);
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

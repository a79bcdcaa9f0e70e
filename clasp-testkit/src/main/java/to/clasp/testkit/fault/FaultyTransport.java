package to.clasp.testkit.fault;

import java.util.List;
import to.clasp.core.codec.Frame;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.spi.TransportContext;

/**
 * A transport that something goes wrong with. Frames that a fault swallows or delays count as
 * accepted. It may decorate another one of its kind.
 */
public final class FaultyTransport extends ForwardingTransport<Transport> {

  private final Seed seed;
  private final FrameFaults faults;

  /**
   * Decorates a transport that has not been started.
   *
   * @param transport the transport
   * @param outbound what goes wrong with frames that are sent, the first one first
   * @param inbound what goes wrong with frames that are received, the first one first
   * @param seed decides when
   * @param context that of the transport
   */
  public FaultyTransport(
      Transport transport,
      List<Fault<Frame>> outbound,
      List<Fault<Frame>> inbound,
      Seed seed,
      TransportContext context) {
    super(transport);
    this.seed = seed;
    this.faults = new FrameFaults(transport, SendResult.ROUTER, outbound, inbound, seed, context);
  }

  @Override
  public void start(TransportListener listener) {
    super.start(faults.wrap(listener));
  }

  @Override
  public SendResult send(Frame frame) {
    return faults.send(frame);
  }

  @Override
  public boolean isWritable() {
    return faults.isWritable();
  }

  @Override
  public String toString() {
    return "FaultyTransport[" + delegate() + ", " + seed + "]";
  }
}

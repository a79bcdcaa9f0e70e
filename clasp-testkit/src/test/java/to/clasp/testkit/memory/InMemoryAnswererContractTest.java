package to.clasp.testkit.memory;

import to.clasp.testkit.contract.PeerTransportContract;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.spi.PeerTransportProvider;

class InMemoryAnswererContractTest extends PeerTransportContract {

  private final PeerTransportProvider provider =
      new InMemoryPeerTransportProvider(new InMemoryPeerNetwork());

  @Override
  protected PeerTransportProvider provider() {
    return provider;
  }

  @Override
  protected PeerRole role() {
    return PeerRole.ANSWERER;
  }

  @Override
  protected boolean pushesBack() {
    return true;
  }

  @Override
  protected void pauseReading(PeerTransport other, boolean paused) {
    ((InMemoryPeerTransport) other).pauseReading(paused);
  }

  @Override
  protected void loseLink(PeerTransport other) {
    ((InMemoryPeerTransport) other).dropLink(CloseReason.Code.CONNECTION_LOST);
  }
}

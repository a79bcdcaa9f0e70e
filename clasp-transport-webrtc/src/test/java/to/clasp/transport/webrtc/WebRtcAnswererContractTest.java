package to.clasp.transport.webrtc;

import to.clasp.testkit.contract.PeerTransportContract;
import to.clasp.transport.peer.PeerRole;
import to.clasp.transport.spi.PeerTransportProvider;

/** The contract, for the end that answers. */
final class WebRtcAnswererContractTest extends PeerTransportContract {

  @Override
  protected PeerTransportProvider provider() {
    return new WebRtcPeerTransportProvider();
  }

  @Override
  protected PeerRole role() {
    return PeerRole.ANSWERER;
  }

  @Override
  protected boolean isShared(Thread thread) {
    return WebRtcThreads.isShared(thread);
  }

  @Override
  protected boolean closesDescriptors() {
    return false;
  }
}

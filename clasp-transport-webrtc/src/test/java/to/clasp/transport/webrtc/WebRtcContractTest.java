package to.clasp.transport.webrtc;

import to.clasp.testkit.contract.PeerTransportContract;
import to.clasp.transport.spi.PeerTransportProvider;

/** The contract, for the end that offers. */
final class WebRtcContractTest extends PeerTransportContract {

  @Override
  protected PeerTransportProvider provider() {
    return new WebRtcPeerTransportProvider();
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

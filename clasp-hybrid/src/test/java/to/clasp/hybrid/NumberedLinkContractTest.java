package to.clasp.hybrid;

import java.time.Duration;
import to.clasp.transport.peer.PeerLinkOptions;

/** The contract of a transport, kept by the hybrid on the direct path between peers of ours. */
class NumberedLinkContractTest extends LinkUpContractTest {

  @Override
  PeerLinkOptions link() {
    // A side that does not read for the sake of a test must not count as silent.
    return PeerLinkOptions.builder()
        .silenceTimeout(Duration.ofMinutes(1))
        .windowBytes(1 << 20)
        .build();
  }
}

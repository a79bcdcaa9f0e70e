package to.clasp.benchmarks.failover;

import java.util.random.RandomGenerator;
import to.clasp.transport.peer.Connectivity;

/** The ways in which a direct path dies. */
enum Kill {
  /** The data channel closes. */
  CLOSE {
    @Override
    void kill(KillableLinks links, RandomGenerator random) {
      links.closeLinks();
    }
  },
  /** No packet gets through, and ICE says so. */
  ICE {
    @Override
    void kill(KillableLinks links, RandomGenerator random) {
      links.relay().cut();
      links.reportConnectivity(Connectivity.DISCONNECTED);
    }

    @Override
    void restore(KillableLinks links) {
      links.relay().restore();
      links.reportConnectivity(Connectivity.CONNECTED);
    }
  },
  /** No packet gets through, in one direction or both, without a word. */
  BLACKHOLE {
    @Override
    void kill(KillableLinks links, RandomGenerator random) {
      switch (random.nextInt(3)) {
        case 0 -> links.left().cut();
        case 1 -> links.right().cut();
        default -> links.relay().cut();
      }
    }
  };

  abstract void kill(KillableLinks links, RandomGenerator random);

  void restore(KillableLinks links) {
    links.relay().restore();
    links.left().restore();
    links.right().restore();
  }
}

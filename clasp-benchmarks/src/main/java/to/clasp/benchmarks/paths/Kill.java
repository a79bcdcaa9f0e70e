package to.clasp.benchmarks.paths;

import java.util.random.RandomGenerator;
import to.clasp.transport.peer.Connectivity;

/** The ways in which a direct path dies. */
public enum Kill {
  /** The data channel closes. */
  CLOSE {
    @Override
    public void kill(KillableLinks links, RandomGenerator random) {
      links.closeLinks();
    }
  },
  /** No packet gets through, and ICE says so. */
  ICE {
    @Override
    public void kill(KillableLinks links, RandomGenerator random) {
      links.relay().cut();
      links.reportConnectivity(Connectivity.DISCONNECTED);
    }

    @Override
    public void restore(KillableLinks links) {
      links.relay().restore();
      links.reportConnectivity(Connectivity.CONNECTED);
    }
  },
  /** No packet gets through, in one direction or both, without a word. */
  BLACKHOLE {
    @Override
    public void kill(KillableLinks links, RandomGenerator random) {
      switch (random.nextInt(3)) {
        case 0 -> links.left().cut();
        case 1 -> links.right().cut();
        default -> links.relay().cut();
      }
    }
  };

  /**
   * Kills the path.
   *
   * @param links the links between the two clients
   * @param random decides what is left to chance
   */
  public abstract void kill(KillableLinks links, RandomGenerator random);

  /**
   * Lets packets through again; a link that was closed is made anew by the clients.
   *
   * @param links the links between the two clients
   */
  public void restore(KillableLinks links) {
    links.relay().restore();
    links.left().restore();
    links.right().restore();
  }
}

package to.clasp.transport.spi;

import java.util.Objects;
import java.util.random.RandomGenerator;
import to.clasp.transport.loop.EventLoop;

/**
 * What a transport gets from whoever creates it. The creator owns the loop and closes it after the
 * transport's terminal event; transports that belong together share one.
 *
 * @param loop where the state of the transport lives and its listener is called
 * @param random source of jitter and ids; used on the loop only
 */
public record TransportContext(EventLoop loop, RandomGenerator random) {
  /** Checks that both are there. */
  public TransportContext {
    Objects.requireNonNull(loop, "loop");
    Objects.requireNonNull(random, "random");
  }
}

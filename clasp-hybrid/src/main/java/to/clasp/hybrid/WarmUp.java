package to.clasp.hybrid;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.TransportException;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.PeerTransportProvider;

/**
 * Finds out beside the loop whether links can be made here, and keeps what they need warm. Confined
 * to the loop.
 */
final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private final PeerTransportProvider provider;
  private final RtcConfig config;
  private final EventLoop loop;
  private final Executor background;
  private @Nullable AutoCloseable warm;
  private boolean ended;

  WarmUp(PeerTransportProvider provider, RtcConfig config, EventLoop loop, Executor background) {
    this.provider = provider;
    this.config = config;
    this.loop = loop;
    this.background = background;
  }

  /** Begins; one of the two is told on the loop, unless {@link #end} comes first. */
  void begin(Runnable ready, Consumer<CloseReason> unavailable) {
    background.execute(
        () -> {
          AutoCloseable handle;
          try {
            Availability availability = provider.availability();
            String reason = availability.reason();
            if (reason != null) {
              loop.execute(() -> unavailable.accept(CloseReason.of(Code.UNAVAILABLE, reason)));
              return;
            }
            handle = provider.warmUp(config);
          } catch (TransportException e) {
            loop.execute(() -> unavailable.accept(e.reason()));
            return;
          } catch (RuntimeException | LinkageError e) {
            // A provider must not throw, and this one does: links are off, the router serves.
            LOG.error("{} failed to start", provider.name(), e);
            loop.execute(
                () ->
                    unavailable.accept(
                        new CloseReason(
                            Code.UNAVAILABLE, provider.name() + " failed to start: " + e, e)));
            return;
          }
          loop.execute(() -> keep(handle, ready));
        });
  }

  private void keep(AutoCloseable handle, Runnable ready) {
    if (ended) {
      release(handle);
    } else {
      warm = handle;
      ready.run();
    }
  }

  void end() {
    ended = true;
    AutoCloseable handle = warm;
    warm = null;
    if (handle != null) {
      release(handle);
    }
  }

  private void release(AutoCloseable handle) {
    background.execute(
        () -> {
          try {
            handle.close();
          } catch (Exception e) {
            LOG.warn("ending {} failed", provider.name(), e);
          }
        });
  }
}

package to.clasp.hybrid;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
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
 * Finds out beside the loop whether links can be made here, and keeps what they need warm. Begun
 * and ended on the loop.
 */
final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private final PeerTransportProvider provider;
  private final RtcConfig config;
  private final EventLoop loop;
  private final Executor background;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
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
          if (keep(handle)) {
            loop.execute(
                () -> {
                  if (isKept()) {
                    ready.run();
                  }
                });
          } else {
            // The loop may be gone too by now, so this must not wait for it.
            release(handle);
          }
        });
  }

  private boolean keep(AutoCloseable handle) {
    lock.lock();
    try {
      if (ended) {
        return false;
      }
      warm = handle;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isKept() {
    lock.lock();
    try {
      return warm != null;
    } finally {
      lock.unlock();
    }
  }

  void end() {
    AutoCloseable handle;
    lock.lock();
    try {
      ended = true;
      handle = warm;
      warm = null;
    } finally {
      lock.unlock();
    }
    if (handle != null) {
      background.execute(() -> release(handle));
    }
  }

  private void release(AutoCloseable handle) {
    try {
      handle.close();
    } catch (Exception e) {
      LOG.warn("ending {} failed", provider.name(), e);
    }
  }
}

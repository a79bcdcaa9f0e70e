package to.clasp.transport.webrtc.natives;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;
import to.clasp.transport.spi.Availability;

/**
 * The peer connection factory that all links of this process share. It is created for the first
 * lease and disposed with the last one, because each factory keeps three native threads.
 *
 * <p>Leases hold a generation, which is one native factory. A fresh one takes over for new leases
 * when the one before has received as many messages as they allow; that one is disposed when its
 * last lease is given back, and with it the memory that webrtc-java keeps for each message.
 */
public final class SharedFactory {

  private static final SharedFactory INSTANCE =
      new SharedFactory(RtcThread.instance(), NativeRuntime::availability, NativeFactory::create);

  private final RtcThread rtc;
  private final Supplier<Availability> runtime;
  private final Supplier<NativeFactory> create;

  /** The generation for new leases. Rtc thread only. */
  private @Nullable FactoryGeneration current;

  SharedFactory(RtcThread rtc, Supplier<Availability> runtime, Supplier<NativeFactory> create) {
    this.rtc = rtc;
    this.runtime = runtime;
    this.create = create;
  }

  /**
   * Returns the factory of this process.
   *
   * @return the factory
   */
  public static SharedFactory instance() {
    return INSTANCE;
  }

  /**
   * Takes a lease that does not ask how much the factory has received.
   *
   * @return as {@link #acquire(int, FactoryLease.RenewalListener)} does
   */
  public CompletableFuture<FactoryLease> acquire() {
    return acquire(0, overdue -> {});
  }

  /**
   * Takes a lease. The first one loads the native library and creates the factory, which takes some
   * hundred milliseconds; this method does not wait for it. To be called on any thread.
   *
   * @param maxMessages how many messages the factory may have received, where that matters: the
   *     lease is of one that has received less, and the listener is told when it has received so
   *     many; 0 for any number
   * @param renewal is told, on the rtc thread
   * @return completes on the rtc thread; with a {@link TransportException} if the native library is
   *     not available. A lease that comes after the future was cancelled is given back
   */
  public CompletableFuture<FactoryLease> acquire(
      int maxMessages, FactoryLease.RenewalListener renewal) {
    CompletableFuture<FactoryLease> result = new CompletableFuture<>();
    rtc.execute(() -> lease(maxMessages, renewal, result));
    return result;
  }

  // Whatever goes wrong is handed to whoever asked.
  @SuppressWarnings("CatchThrowable")
  private void lease(
      int maxMessages,
      FactoryLease.RenewalListener renewal,
      CompletableFuture<FactoryLease> result) {
    if (result.isDone()) {
      return;
    }
    try {
      FactoryLease lease = new FactoryLease(rtc, generation(maxMessages), maxMessages, renewal);
      if (!result.complete(lease)) {
        lease.close();
      }
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  private FactoryGeneration generation(int maxMessages) {
    FactoryGeneration before = current;
    if (before == null || !before.isUsable(maxMessages)) {
      String reason = runtime.get().reason();
      if (reason != null) {
        throw CloseReason.of(CloseReason.Code.UNAVAILABLE, reason).toException();
      }
      FactoryGeneration fresh = new FactoryGeneration(rtc, newFactory());
      if (before != null) {
        before.retire();
      }
      current = fresh;
      return fresh;
    }
    return before;
  }

  private NativeFactory newFactory() {
    try {
      return create.get();
    } catch (RuntimeException | Error e) {
      throw new CloseReason(
              CloseReason.Code.UNAVAILABLE, "WebRTC cannot be started (" + e.getMessage() + ")", e)
          .toException();
    }
  }
}

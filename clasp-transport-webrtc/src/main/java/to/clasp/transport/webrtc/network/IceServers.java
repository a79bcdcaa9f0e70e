package to.clasp.transport.webrtc.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceServerSupplier;
import to.clasp.transport.peer.RtcConfig;

/**
 * The STUN and TURN servers of one attempt: those of the configuration, and those of its supplier.
 */
public final class IceServers {

  /** How many suppliers may be at work at once, and how many calls may wait for that. */
  private static final int THREADS = 4;

  private static final int WAITING = 1_000;

  /** Suppliers are code of the application: no thread of ours waits for them. */
  private static final Executor SUPPLIERS = executor();

  private IceServers() {}

  private static Executor executor() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, "clasp-ice-servers");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Finds the servers. Asks the supplier, if there is one, and waits for it without holding up a
   * thread.
   *
   * @param config names servers and supplier
   * @return completes by any thread, with the servers or a {@link TransportException}
   */
  public static CompletableFuture<List<IceServer>> find(RtcConfig config) {
    IceServerSupplier supplier = config.iceServerSupplier();
    return supplier == null
        ? CompletableFuture.completedFuture(config.iceServers())
        : find(config, supplier, SUPPLIERS);
  }

  static CompletableFuture<List<IceServer>> find(
      RtcConfig config, IceServerSupplier supplier, Executor executor) {
    CompletableFuture<List<IceServer>> supplied = new CompletableFuture<>();
    try {
      executor.execute(() -> ask(supplier, supplied));
    } catch (RejectedExecutionException e) {
      supplied.completeExceptionally(
          new IllegalStateException("the suppliers of too many attempts are still at work", e));
    }
    return supplied
        .orTimeout(config.iceServerTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .handle((servers, failure) -> together(config, servers, failure));
  }

  @SuppressWarnings("CatchThrowable") // what the application's code throws is told, whatever it is
  private static void ask(IceServerSupplier supplier, CompletableFuture<List<IceServer>> supplied) {
    try {
      Objects.requireNonNull(supplier.iceServers(), "the supplier returned null")
          .whenComplete(
              (servers, failure) -> {
                if (failure == null) {
                  supplied.complete(servers);
                } else {
                  supplied.completeExceptionally(failure);
                }
              });
    } catch (Throwable e) {
      supplied.completeExceptionally(e);
    }
  }

  private static List<IceServer> together(
      RtcConfig config, @Nullable List<IceServer> servers, @Nullable Throwable failure) {
    if (failure != null || servers == null) {
      throw new CompletionException(failed(config, failure).toException());
    }
    List<IceServer> all = new ArrayList<>(config.iceServers());
    all.addAll(servers);
    return List.copyOf(all);
  }

  private static CloseReason failed(RtcConfig config, @Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String why =
        cause instanceof TimeoutException
            ? "gave no answer within " + config.iceServerTimeout().toMillis() + " ms"
            : cause == null ? "gave null" : "failed: " + cause;
    return new CloseReason(
        Code.ICE_SERVERS_FAILED, "the supplier of STUN and TURN servers " + why, cause);
  }
}

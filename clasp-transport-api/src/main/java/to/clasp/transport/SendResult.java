package to.clasp.transport;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What became of a frame that was handed to {@link Transport#send}. Immutable; all results but the
 * deferred one are constants, so that sending allocates nothing.
 *
 * <p>Accepted means queued for the path named, not delivered: only an answer of the other side
 * tells of delivery.
 */
public final class SendResult {

  /** The kinds of result. */
  public enum Status {
    /** Queued on {@link SendResult#path()}. */
    ACCEPTED,
    /** Waits for a link; {@link SendResult#outcome()} tells later. Counts as accepted. */
    DEFERRED,
    /** Not taken: the buffer is full. {@link TransportListener#onWritable} follows. */
    BUFFER_FULL,
    /** Not taken: there is no connection now. It may come (back). */
    NOT_CONNECTED,
    /** Not taken: larger than {@link Transport#maxFrameSize()}. */
    TOO_LARGE,
    /** Not taken: closing or closed. */
    CLOSED
  }

  /** Queued for the router. */
  public static final SendResult ROUTER = new SendResult(Status.ACCEPTED, Path.ROUTER, null);

  /** Queued for the peer. */
  public static final SendResult P2P = new SendResult(Status.ACCEPTED, Path.P2P, null);

  /**
   * Queued for the peer, through the router, which carries it in an envelope and does not look into
   * it: a SET is not acknowledged by the router, and the peer answers a GET.
   */
  public static final SendResult RELAYED = new SendResult(Status.ACCEPTED, Path.ROUTER, null);

  /** The buffer is full. */
  public static final SendResult BUFFER_FULL = new SendResult(Status.BUFFER_FULL, null, null);

  /** There is no connection now. */
  public static final SendResult NOT_CONNECTED = new SendResult(Status.NOT_CONNECTED, null, null);

  /** The frame is too large. */
  public static final SendResult TOO_LARGE = new SendResult(Status.TOO_LARGE, null, null);

  /** The transport is closing or closed. */
  public static final SendResult CLOSED = new SendResult(Status.CLOSED, null, null);

  private final Status status;
  private final @Nullable Path path;
  private final @Nullable CompletionStage<Path> outcome;

  private SendResult(Status status, @Nullable Path path, @Nullable CompletionStage<Path> outcome) {
    this.status = status;
    this.path = path;
    this.outcome = outcome;
  }

  /**
   * Makes the result of a frame that waits for a link.
   *
   * @param outcome completes with the path taken in the end, or with a {@link TransportException}
   * @return the result
   */
  public static SendResult deferred(CompletionStage<Path> outcome) {
    return new SendResult(Status.DEFERRED, null, Objects.requireNonNull(outcome, "outcome"));
  }

  /**
   * Returns the kind of result.
   *
   * @return the status
   */
  public Status status() {
    return status;
  }

  /**
   * Tells whether the transport took the frame: {@link Status#ACCEPTED} or {@link Status#DEFERRED}.
   *
   * @return true if the caller is rid of it
   */
  public boolean isAccepted() {
    return status == Status.ACCEPTED || status == Status.DEFERRED;
  }

  /**
   * Returns the path taken.
   *
   * @return the path, or null unless the status is {@link Status#ACCEPTED}
   */
  public @Nullable Path path() {
    return path;
  }

  /**
   * Returns what tells the outcome of a deferred frame.
   *
   * @return the outcome, or null unless the status is {@link Status#DEFERRED}
   */
  public @Nullable CompletionStage<Path> outcome() {
    return outcome;
  }

  /**
   * Tells whether the peer, and not the router, answers what asks for an answer.
   *
   * @return true if the frame is accepted for a link to a peer, on whatever path
   */
  public boolean isForPeer() {
    return this == P2P || this == RELAYED;
  }

  @Override
  public String toString() {
    return this == RELAYED
        ? status + " " + path + " in an envelope"
        : path == null ? status.toString() : status + " " + path;
  }
}

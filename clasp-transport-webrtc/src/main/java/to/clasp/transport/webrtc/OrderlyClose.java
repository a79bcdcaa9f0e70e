package to.clasp.transport.webrtc;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;

/**
 * The end of an open link by which nothing is lost that was accepted before. Whoever closes waits
 * until all of it has been handed to the network, tells the other side, and closes the reliable
 * channel: a data channel closes by a reset of its stream (RFC 8831, section 6.7), which the other
 * side carries out behind everything that was sent before, on this channel or another (RFC 6525,
 * section 5.2.2). Whoever is told waits for the reset, for the signal goes another way than the
 * data and may overtake it. Both wait for a bounded time, once. Confined to the loop.
 */
final class OrderlyClose {

  enum Stage {
    /** The link is in use. */
    NOT_BEGUN,
    /** This side closes: what was accepted leaves. */
    DRAINING,
    /** This side has closed the reliable channel, which is to be confirmed. */
    CLOSING_CHANNEL,
    /** The other side closes: what it has sent before is still on its way. */
    AWAITING_DATA,
    /** The link can be torn down. */
    OVER
  }

  private static final Map<Stage, Set<Stage>> TRANSITIONS =
      new EnumMap<>(
          Map.of(
              Stage.NOT_BEGUN, EnumSet.of(Stage.DRAINING, Stage.AWAITING_DATA),
              Stage.DRAINING, EnumSet.of(Stage.CLOSING_CHANNEL, Stage.OVER),
              Stage.CLOSING_CHANNEL, EnumSet.of(Stage.OVER),
              Stage.AWAITING_DATA, EnumSet.of(Stage.OVER),
              Stage.OVER, EnumSet.noneOf(Stage.class)));

  /** libwebrtc does not tell when the last byte has left: so often it is asked. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  /** The link that ends. */
  interface Host {

    /**
     * Whether all that reliable channels accepted has been handed to the network, as far as is
     * known.
     */
    boolean isDrained();

    /** Finds out soon what has been handed over. */
    void look();

    /** Tells the other side, and closes the reliable channel behind all that was sent. */
    void closeChannel();

    /** Whether the reliable channel is not open any more. */
    boolean isClosed();

    /** Nothing more is to be waited for. */
    void over();
  }

  private final EventLoop loop;
  private final Duration bound;
  private final Host host;
  private Stage stage = Stage.NOT_BEGUN;
  private EventLoop.@Nullable Timer deadline;
  private EventLoop.@Nullable Timer look;

  /**
   * Makes an end that has not begun.
   *
   * @param bound how long it may take
   * @param host the link
   */
  OrderlyClose(EventLoop loop, Duration bound, Host host) {
    this.loop = loop;
    this.bound = bound;
    this.host = host;
  }

  Stage stage() {
    return stage;
  }

  /** This side closes the link. */
  void begin() {
    moveTo(Stage.DRAINING);
    deadline = loop.schedule(bound, this::end);
    drain();
  }

  /** The other side has said that it closes the link. */
  void begun() {
    moveTo(Stage.AWAITING_DATA);
    deadline = loop.schedule(bound, this::end);
    channelEnded();
  }

  private void drain() {
    if (host.isDrained()) {
      moveTo(Stage.CLOSING_CHANNEL);
      host.closeChannel();
      channelEnded();
    } else {
      host.look();
      look = loop.schedule(LOOK_AGAIN, this::drain);
    }
  }

  /** The reliable channel may have ended. */
  void channelEnded() {
    if ((stage == Stage.CLOSING_CHANNEL || stage == Stage.AWAITING_DATA) && host.isClosed()) {
      end();
    }
  }

  /** The link has failed, or its time is over. */
  void end() {
    if (stage == Stage.NOT_BEGUN || stage == Stage.OVER) {
      return;
    }
    moveTo(Stage.OVER);
    Objects.requireNonNull(deadline).cancel();
    if (look != null) {
      look.cancel();
    }
    host.over();
  }

  private void moveTo(Stage next) {
    if (!Objects.requireNonNull(TRANSITIONS.get(stage)).contains(next)) {
      throw new IllegalStateException("no way from " + stage + " to " + next);
    }
    stage = next;
  }
}

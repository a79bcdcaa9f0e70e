package to.clasp.client;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.KeepAlive;

/**
 * Keeps a session alive by having something delivered to it, and takes a missing echo for a dead
 * one (CLASP router behaviour, "Idle timeout"). Publishes to the session's own signal address;
 * where the token does not permit that, sets a private address that it subscribes to; where it
 * permits neither, takes a session to which nothing has been delivered for long for a dead one.
 * Confined to the loop.
 */
final class Heartbeat {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** Signals to a session, followed by its id (CLASP P2P signalling). */
  private static final String SIGNAL_PREFIX = "/clasp/p2p/signal/";

  private static final String PRIVATE_PREFIX = "/clasp/keepalive/";

  /** A router forgets a session after 300 s without deliveries; this stays well below. */
  private static final Duration LONGEST_QUIET = Duration.ofMinutes(4);

  private static final int QUIET_INTERVALS = 4;

  /**
   * When a beat could not be sent, or was dropped for the rate, the next one follows after this.
   */
  private static final Duration RETRY = Duration.ofMillis(1_100);

  /** Ways to be delivered something, tried in this order as the router refuses them. */
  private enum Way {
    SIGNAL,
    PRIVATE_ADDRESS,
    NONE
  }

  private final EventLoop loop;
  private final Duration interval;
  private final Duration echoTimeout;
  private final int subscriptionId;
  private final Predicate<Frame> send;
  private final Consumer<String> onDead;
  private String session = "";
  private Way way = Way.SIGNAL;
  private long beat;
  private boolean awaitingEcho;
  private long deliveredAt;
  private EventLoop.@Nullable Timer timer;

  /**
   * Makes a heart that does not beat yet.
   *
   * @param subscriptionId an id for a subscription, used by nobody else
   * @param send sends to the router; false when it could not
   * @param onDead hears why the session is taken for dead
   */
  Heartbeat(
      EventLoop loop,
      Duration interval,
      Duration echoTimeout,
      int subscriptionId,
      Predicate<Frame> send,
      Consumer<String> onDead) {
    this.loop = loop;
    this.interval = interval;
    this.echoTimeout = echoTimeout;
    this.subscriptionId = subscriptionId;
    this.send = send;
    this.onDead = onDead;
  }

  void start(String session) {
    this.session = session;
    way = Way.SIGNAL;
    deliveredAt = loop.nanoTime();
    schedule(interval, this::beat);
  }

  void stop() {
    awaitingEcho = false;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void schedule(Duration delay, Runnable task) {
    stop();
    timer = loop.schedule(delay, task);
  }

  private void beat() {
    beat++;
    switch (way) {
      case SIGNAL ->
          beat(
              Frame.of(
                  PublishMessage.of(
                      signalAddress(),
                      SignalType.EVENT,
                      new Value.Dict(
                          Map.of(
                              "type",
                              Value.of(KeepAlive.SIGNAL_TYPE),
                              "from",
                              Value.of(session),
                              "beat",
                              Value.of(beat))))));
      case PRIVATE_ADDRESS -> beat(Frame.of(SetMessage.of(privateAddress(), Value.of(beat))));
      case NONE -> checkQuiet();
    }
  }

  private void beat(Frame frame) {
    if (send.test(frame)) {
      schedule(echoTimeout, () -> dead("it gets no echo of its keep-alive"));
      awaitingEcho = true;
    } else {
      // The buffer is full or the connection is going; no echo can be missed.
      schedule(RETRY, this::beat);
    }
  }

  private void dead(String why) {
    stop();
    LOG.warn("session {} is taken for dead: {}", session, why);
    onDead.accept("the router has forgotten the session: " + why);
  }

  /** Something other than an answer was delivered to the session. */
  void delivered() {
    deliveredAt = loop.nanoTime();
  }

  private void checkQuiet() {
    Duration allowed = interval.multipliedBy(QUIET_INTERVALS);
    allowed = allowed.compareTo(LONGEST_QUIET) > 0 ? LONGEST_QUIET : allowed;
    Duration quiet = Duration.ofNanos(loop.nanoTime() - deliveredAt);
    if (quiet.compareTo(allowed) >= 0) {
      dead("nothing was delivered to it for " + quiet.toMillis() + " ms");
    } else {
      schedule(allowed.minus(quiet), this::beat);
    }
  }

  /** Takes an update if it is an echo of a beat; true if so. */
  boolean echo(String address, Value value) {
    boolean own =
        address.equals(privateAddress())
            || (address.equals(signalAddress())
                && value instanceof Value.Dict dict
                && KeepAlive.SIGNAL_TYPE.equals(dict.text("type")));
    if (own && way != Way.NONE) {
      schedule(interval, this::beat);
    }
    return own;
  }

  /** Takes an error if it is about a beat; true if so. */
  boolean refused(ErrorMessage error) {
    String address = error.address();
    if (signalAddress().equals(address)) {
      if (error.code() == Failures.NO_SUCH_SESSION) {
        dead("the router does not know it any more");
      } else if (way == Way.SIGNAL) {
        way = Way.PRIVATE_ADDRESS;
        if (!send.test(
            Frame.of(new SubscribeMessage(subscriptionId, privateAddress(), Set.of(), null)))) {
          LOG.debug("no room to subscribe to the private address; a missing echo will tell");
        }
        beat();
      }
      return true;
    }
    if (privateAddress().equals(address)) {
      if (way == Way.PRIVATE_ADDRESS) {
        LOG.warn(
            "the token permits no keep-alive; a session that hears nothing for long is replaced by"
                + " a new one");
        way = Way.NONE;
        schedule(interval, this::beat);
      }
      return true;
    }
    return false;
  }

  /** The router has dropped messages, perhaps the beat. */
  void rateLimited() {
    if (awaitingEcho) {
      schedule(RETRY, this::beat);
    }
  }

  private String signalAddress() {
    return SIGNAL_PREFIX + session;
  }

  private String privateAddress() {
    return PRIVATE_PREFIX + session;
  }
}

package to.clasp.client;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
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
 * where the token does not permit that, sets a private address that it subscribes to. Confined to
 * the loop.
 */
final class Heartbeat {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** Signals to a session, followed by its id (CLASP P2P signalling). */
  private static final String SIGNAL_PREFIX = "/clasp/p2p/signal/";

  private static final String PRIVATE_PREFIX = "/clasp/keepalive/";

  /** Ways to be delivered something, tried in this order as the router refuses them. */
  private enum Way {
    SIGNAL,
    PRIVATE_ADDRESS,
    NONE
  }

  private final EventLoop loop;
  private final Duration interval;
  private final Duration echoTimeout;
  private final Consumer<Frame> send;
  private final Runnable onDead;
  private final int subscriptionId;
  private String session = "";
  private Way way = Way.SIGNAL;
  private long beat;
  private EventLoop.@Nullable Timer timer;

  Heartbeat(
      EventLoop loop,
      Duration interval,
      Duration echoTimeout,
      int subscriptionId,
      Consumer<Frame> send,
      Runnable onDead) {
    this.loop = loop;
    this.interval = interval;
    this.echoTimeout = echoTimeout;
    this.subscriptionId = subscriptionId;
    this.send = send;
    this.onDead = onDead;
  }

  void start(String session) {
    stop();
    this.session = session;
    way = Way.SIGNAL;
    timer = loop.schedule(interval, this::beat);
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void beat() {
    beat++;
    switch (way) {
      case SIGNAL ->
          send.accept(
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
      case PRIVATE_ADDRESS ->
          send.accept(Frame.of(SetMessage.of(privateAddress(), Value.of(beat))));
      case NONE -> {
        timer = null;
        return;
      }
    }
    timer = loop.schedule(echoTimeout, this::missed);
  }

  private void missed() {
    timer = null;
    LOG.warn("session {} gets no echo of its keep-alive: it is dead", session);
    onDead.run();
  }

  /** Takes an update if it is an echo of a beat; true if so. */
  boolean echo(String address, Value value) {
    boolean own =
        address.equals(privateAddress())
            || (address.equals(signalAddress())
                && value instanceof Value.Dict dict
                && KeepAlive.SIGNAL_TYPE.equals(dict.text("type")));
    if (own && way != Way.NONE) {
      stop();
      timer = loop.schedule(interval, this::beat);
    }
    return own;
  }

  /** Takes an error if it refuses a beat; true if so. */
  boolean refused(@Nullable String address) {
    if (address == null) {
      return false;
    }
    if (way == Way.SIGNAL && address.equals(signalAddress())) {
      way = Way.PRIVATE_ADDRESS;
      send.accept(
          Frame.of(
              new SubscribeMessage(subscriptionId, privateAddress(), java.util.Set.of(), null)));
      stop();
      beat();
      return true;
    }
    if (way == Way.PRIVATE_ADDRESS && address.equals(privateAddress())) {
      LOG.warn(
          "the token permits no keep-alive; the router will forget a session that hears nothing for"
              + " five minutes");
      way = Way.NONE;
      stop();
      return true;
    }
    return false;
  }

  private String signalAddress() {
    return SIGNAL_PREFIX + session;
  }

  private String privateAddress() {
    return PRIVATE_PREFIX + session;
  }
}

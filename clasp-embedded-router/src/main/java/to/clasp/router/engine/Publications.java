package to.clasp.router.engine;

import org.jspecify.annotations.Nullable;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.router.gesture.GestureCoalescer;
import to.clasp.router.p2p.P2PAddress;
import to.clasp.router.session.Connection;
import to.clasp.router.session.Session;

/** Handles PUBLISH (CLASP router behaviour, "PUBLISH" and "P2P routing"). */
final class Publications {

  private static final int FORBIDDEN = 301;
  private static final int NO_TARGET = 404;

  private final Context context;
  private final Delivery delivery;
  private final GestureCoalescer gestures;

  Publications(Context context, Delivery delivery) {
    this.context = context;
    this.delivery = delivery;
    // A move that was held until its time was up reaches its sender as well.
    this.gestures =
        new GestureCoalescer(
            context.loop, context.options.gesturePause(), held -> broadcast(held, null, null));
  }

  void publish(Session session, PublishMessage publish) {
    Connection connection = session.connection();
    String address = publish.address();
    if (!session.scopes().mayWrite(address)) {
      delivery.error(connection, FORBIDDEN, "Insufficient scope for publish operation", address);
      return;
    }
    String target = P2PAddress.signalTarget(address);
    if (target != null) {
      signal(connection, target, publish);
    } else if (address.equals(P2PAddress.ANNOUNCE)) {
      context.counters.publishes.increment();
      delivery.broadcast(publish, context.index.match(address, null), session, connection);
    } else if (publish.signal() == SignalType.GESTURE) {
      gestures.accept(publish, passed -> broadcast(passed, session, connection));
    } else {
      broadcast(publish, session, connection);
    }
  }

  /** Passes a message to all that subscribe, but for its session. */
  void broadcast(
      PublishMessage publish, @Nullable Session except, @Nullable Connection connection) {
    context.counters.publishes.increment();
    delivery.broadcast(
        publish, context.index.match(publish.address(), publish.signal()), except, connection);
  }

  void stop() {
    gestures.stop();
  }

  void removeExpired() {
    gestures.removeExpired();
  }

  private void signal(Connection sender, String target, PublishMessage publish) {
    Session session = context.sessions.get(target);
    if (session == null) {
      delivery.error(sender, NO_TARGET, "Target session not found: " + target, publish.address());
      return;
    }
    context.counters.signals.increment();
    delivery.signal(sender, session, publish);
  }
}

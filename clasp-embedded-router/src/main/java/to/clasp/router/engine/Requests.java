package to.clasp.router.engine;

import java.util.List;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.address.GlobPattern;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.AnnounceMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.router.session.Connection;
import to.clasp.router.session.Session;
import to.clasp.router.state.SignalRegistry;
import to.clasp.router.subscription.PatternRefusal;

/** Handles what comes on a connection with a session. */
final class Requests {

  private static final int BAD_PATTERN = 202;
  private static final int FORBIDDEN = 301;
  private static final int TOO_MANY = 429;

  private final Context context;
  private final Delivery delivery;
  private final Snapshots snapshots;
  private final Parameters parameters;
  private final Publications publications;
  private final Bundles bundles;
  private final Handshakes handshakes;
  private final SignalRegistry signals;

  Requests(Context context) {
    this.context = context;
    this.delivery = new Delivery(context);
    this.snapshots = new Snapshots(context, delivery);
    this.parameters = new Parameters(context, delivery, snapshots);
    this.publications = new Publications(context, delivery);
    this.bundles = new Bundles(delivery, parameters, publications);
    this.handshakes = new Handshakes(context, delivery, snapshots, parameters);
    this.signals =
        new SignalRegistry(context.options.maxParameters(), context.options.parameterLifetime());
  }

  Handshakes handshakes() {
    return handshakes;
  }

  /** Tells whether the session may send one more message, and the client if not. */
  boolean admits(Session session) {
    if (session.rateLimit().admits(context.clock.instant().getEpochSecond())) {
      return true;
    }
    context.counters.rateLimited.increment();
    delivery.error(
        session.connection(),
        TOO_MANY,
        "Rate limit exceeded: " + context.options.rateLimit() + " messages/second",
        null);
    return false;
  }

  void handle(Session session, Message message) {
    Connection connection = session.connection();
    switch (message.type()) {
      case SET -> parameters.set(session, (SetMessage) message);
      case PUBLISH -> publications.publish(session, (PublishMessage) message);
      case GET -> parameters.get(session, (GetMessage) message);
      case SUBSCRIBE -> subscribe(session, (SubscribeMessage) message);
      case UNSUBSCRIBE -> {
        session.unsubscribe(((UnsubscribeMessage) message).id(), context.index);
        context.counters.subscriptions.set(context.index.size());
      }
      case BUNDLE -> bundles.apply(session, (BundleMessage) message);
      case PING -> delivery.reply(connection, new PongMessage());
      case SYNC -> {
        long now = context.nowMicros();
        delivery.reply(connection, new SyncMessage(((SyncMessage) message).t1(), now, now));
      }
      case HELLO -> handshakes.hello(connection, (HelloMessage) message);
      case ANNOUNCE -> announce(connection, (AnnounceMessage) message);
      case QUERY -> query(connection, (QueryMessage) message);
      case WELCOME,
          SNAPSHOT,
          PONG,
          ACK,
          ERROR,
          RESULT,
          // Without journal and federation, which this router does not have, these are ignored too.
          REPLAY,
          FEDERATION_SYNC -> {}
    }
  }

  private void subscribe(Session session, SubscribeMessage subscribe) {
    Connection connection = session.connection();
    String pattern = subscribe.pattern();
    int limit = context.options.maxSubscriptions();
    if (session.subscriptionCount() >= limit) {
      delivery.error(
          connection, TOO_MANY, "Subscription limit reached (max " + limit + ")", pattern);
      return;
    }
    if (!session.scopes().maySubscribe(pattern)) {
      delivery.error(connection, FORBIDDEN, "Insufficient scope for subscription", pattern);
      return;
    }
    AddressPattern parsed;
    try {
      parsed = AddressPattern.parse(pattern);
    } catch (InvalidAddressException e) {
      String reason = e.getMessage() == null ? "" : e.getMessage();
      delivery.error(connection, BAD_PATTERN, PatternRefusal.textFor(pattern, reason), pattern);
      return;
    }
    if (session.registered()) {
      session.subscribed(subscribe.id(), context.index.add(session, parsed, subscribe.types()));
      context.counters.subscriptions.set(context.index.size());
    }
    List<ParamState> state = parameters.read(pattern);
    if (!state.isEmpty()) {
      snapshots.send(connection, state);
    }
  }

  private void announce(Connection connection, AnnounceMessage announce) {
    signals.announce(announce.signals(), context.loop.nanoTime());
    delivery.reply(connection, new AckMessage(announce.namespace(), null, null, null, null));
  }

  private void query(Connection connection, QueryMessage query) {
    delivery.reply(
        connection, new ResultMessage(signals.matching(GlobPattern.compile(query.pattern()))));
  }

  void stop() {
    publications.stop();
  }

  void removeExpired() {
    parameters.removeExpired();
    signals.removeExpired(context.loop.nanoTime());
    publications.removeExpired();
  }
}

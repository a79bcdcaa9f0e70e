package to.clasp.router.engine;

import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.message.Feature;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.router.options.BadManner;
import to.clasp.router.security.Scopes;
import to.clasp.router.security.TokenCheck;
import to.clasp.router.session.Connection;
import to.clasp.router.session.RateLimit;
import to.clasp.router.session.Session;

/** Opens sessions (CLASP router behaviour, "Session opening"). */
final class Handshakes {

  private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

  private static final int POLICY_VIOLATION = 1008;
  private static final int TRY_AGAIN_LATER = 1013;

  private static final Set<Feature> FEATURES = EnumSet.complementOf(EnumSet.of(Feature.FEDERATION));

  private final Context context;
  private final Delivery delivery;
  private final Snapshots snapshots;
  private final Parameters parameters;
  private final TokenCheck tokens;

  Handshakes(Context context, Delivery delivery, Snapshots snapshots, Parameters parameters) {
    this.context = context;
    this.delivery = delivery;
    this.snapshots = snapshots;
    this.parameters = parameters;
    this.tokens = TokenCheck.of(context.options.tokens());
  }

  void hello(Connection connection, HelloMessage hello) {
    if (context.has(BadManner.NEVER_ANSWERS_HELLO)) {
      connection.mute();
      return;
    }
    if (context.sessions.size() >= context.options.maxSessions()) {
      LOG.warn(
          "{} sessions are open, all there may be; a HELLO is not answered",
          context.sessions.size());
      refuse(connection, BadManner.SILENT_WHEN_FULL, TRY_AGAIN_LATER, "too many sessions");
      return;
    }
    TokenCheck.Verdict verdict = tokens.check(hello.token(), context.clock.instant());
    if (verdict instanceof TokenCheck.Refused refused) {
      LOG.info("a HELLO was refused: {}", refused.text());
      delivery.error(connection, refused.code(), refused.text(), null);
      refuse(connection, BadManner.MUTE_AFTER_REFUSAL, POLICY_VIOLATION, refused.text());
    } else if (verdict instanceof TokenCheck.Granted granted) {
      open(connection, hello.name(), granted.scopes());
    }
  }

  /** The first message was no HELLO, or none came in time: there is no answer. */
  void failed(Connection connection, String reason) {
    LOG.debug("no session: {}", reason);
    refuse(connection, BadManner.MUTE_AFTER_REFUSAL, POLICY_VIOLATION, reason);
  }

  private void refuse(Connection connection, BadManner silently, int status, String reason) {
    if (context.has(silently)) {
      connection.mute();
    } else {
      connection.close(status, reason);
    }
  }

  private void open(Connection connection, String name, Scopes scopes) {
    Session session =
        new Session(
            UUID.randomUUID().toString(),
            name,
            connection,
            scopes,
            new RateLimit(context.options.rateLimit()),
            context.loop.nanoTime());
    context.sessions.put(session.id(), session);
    context.counters.sessionsOpened.increment();
    connection.open(session);
    LOG.debug("opened {}", session);
    delivery.reply(
        connection,
        new WelcomeMessage(
            FrameFormat.PROTOCOL_VERSION,
            FEATURES,
            context.nowMicros(),
            session.id(),
            context.options.name(),
            null));
    snapshots.send(connection, parameters.read(null));
  }
}

package to.clasp.router.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.FrameEncoder;
import to.clasp.core.codec.FrameTooLargeException;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Message;
import to.clasp.router.options.BadManner;
import to.clasp.router.session.Connection;
import to.clasp.router.session.Outbox;
import to.clasp.router.session.Session;

/**
 * Gets messages to clients (CLASP router behaviour, "Ordering and slow consumers"). A message is
 * encoded once, however many get it. Queues are flushed when the messages at hand are handled, so
 * that a burst costs one write.
 */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private static final int OVERFLOW = 503;

  /** With more recipients, the real router hands each broadcast to a task of its own. */
  private static final int MAX_ORDERED_RECIPIENTS = 10;

  private final Context context;
  private final FrameEncoder encoder = new FrameEncoder();
  private final Reordering reordering;

  // A set keeps a connection from being flushed twice.
  private final Set<Outbox> dirty = new LinkedHashSet<>();

  Delivery(Context context) {
    this.context = context;
    this.reordering = new Reordering(context.loop, context.random);
  }

  /**
   * Encodes a message, with its default QoS and without frame timestamp.
   *
   * @return the frame, or null if it would be too large: then there is nothing to send
   */
  byte @Nullable [] encode(Message message) {
    try {
      return encoder.encode(message).toByteArray();
    } catch (FrameTooLargeException e) {
      context.counters.oversized.increment();
      LOG.debug("not sent: {}", e.getMessage());
      return null;
    }
  }

  /**
   * Answers a client; if its queue is full, it is not listened to until there is room.
   *
   * @return false if the answer is too large for a frame: it is not sent
   */
  boolean reply(Connection connection, Message message) {
    byte[] frame = encode(message);
    if (frame == null) {
      return false;
    }
    direct(connection, connection, frame);
    return true;
  }

  void error(Connection connection, int code, String text, @Nullable String address) {
    reply(connection, new ErrorMessage(code, text, address, null));
  }

  /** Passes a signal to one session; the sender waits if the target's queue is full. */
  void signal(Connection sender, Session target, Message message) {
    byte[] frame = encode(message);
    if (frame != null) {
      target.delivered(context.loop.nanoTime());
      direct(sender, target.connection(), frame);
    }
  }

  /**
   * Sends a message to those that subscribe.
   *
   * @param sender whose message it is, or null if it is nobody's any more
   * @param except the session that does not get it, or null
   */
  void broadcast(
      Message message,
      List<Session> recipients,
      @Nullable Session except,
      @Nullable Connection sender) {
    if (recipients.isEmpty()) {
      return;
    }
    byte[] frame = encode(message);
    if (frame == null) {
      return;
    }
    if (recipients.size() > MAX_ORDERED_RECIPIENTS
        && context.has(BadManner.REORDERS_LARGE_FAN_OUT)) {
      List<Session> copy = new ArrayList<>(recipients);
      reordering.run(() -> broadcast(frame, copy, except, sender));
    } else {
      broadcast(frame, recipients, except, sender);
    }
  }

  private void broadcast(
      byte[] frame,
      List<Session> recipients,
      @Nullable Session except,
      @Nullable Connection sender) {
    long now = context.loop.nanoTime();
    boolean drops = context.has(BadManner.DROPS_FOR_SLOW_CLIENTS);
    for (Session recipient : recipients) {
      if (recipient == except) {
        continue;
      }
      Connection connection = recipient.connection();
      if (!drops && sender != null) {
        direct(sender, connection, frame);
        recipient.delivered(now);
      } else if (connection.outbox().offer(frame)) {
        recipient.delivered(now);
        queued(connection);
      } else {
        dropped(connection, now);
      }
    }
  }

  private void direct(Connection sender, Connection target, byte[] frame) {
    target.outbox().add(frame);
    queued(target);
    sender.waitForRoom(target);
  }

  private void queued(Connection connection) {
    context.counters.sent.increment();
    if (dirty.isEmpty()) {
      context.loop.execute(this::flush);
    }
    dirty.add(connection.outbox());
  }

  private void dropped(Connection connection, long now) {
    context.counters.dropped.increment();
    int drops = connection.outbox().dropped(now);
    if (drops > 0) {
      LOG.warn("a client reads too slowly: {} messages to it dropped in 10 s", drops);
      byte[] notice =
          encode(
              new ErrorMessage(
                  OVERFLOW,
                  "Buffer overflow: messages being dropped ("
                      + drops
                      + " drops in last 10 seconds)",
                  null,
                  null));
      if (notice != null) {
        connection.outbox().add(notice);
        queued(connection);
      }
    }
  }

  private void flush() {
    List<Outbox> flushed = List.copyOf(dirty);
    dirty.clear();
    flushed.forEach(Outbox::flush);
  }
}

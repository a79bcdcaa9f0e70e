package to.clasp.hybrid.link;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;

/**
 * Acknowledges what the peer has sent, where no frame does so in time: on a channel after a few
 * messages or milliseconds, through the router ever so often. On the loop, under the link's lock.
 */
final class Acknowledging {

  /** So many messages are acknowledged at once, without waiting for a frame to carry it. */
  private static final int AT_ONCE = 16;

  private static final long NOTHING = -1;

  private final LinkContext context;
  private final Standing standing;
  private final Speaker speaker;
  private final ReceiveWindow receive;
  private final RelayPath relay;
  private long lastRelayed;

  /** What the peer was told last through the router. */
  private long toldRelayed;

  /** The router had no room. */
  private boolean refused;

  private EventLoop.@Nullable Timer relayed;

  Acknowledging(
      LinkContext context,
      Standing standing,
      Speaker speaker,
      ReceiveWindow receive,
      RelayPath relay) {
    this.context = context;
    this.standing = standing;
    this.speaker = speaker;
    this.receive = receive;
    this.relay = relay;
    this.lastRelayed = context.now() - context.options().acknowledgeDelay().toNanos();
  }

  /** Something came on a channel, or through the router. */
  void soon(@Nullable DirectPath path, boolean now) {
    if (path == null) {
      soonThroughRouter(now);
    } else if (now || path.unanswered() >= AT_ONCE) {
      at(path);
    } else if (path.acknowledging == null) {
      path.acknowledging =
          context
              .loop()
              .schedule(
                  context.options().acknowledgeDelay(), () -> context.lock().run(() -> late(path)));
    }
  }

  private void late(DirectPath path) {
    path.acknowledging = null;
    if (!path.hasTold(receive.expected())) {
      at(path);
    }
  }

  private void soonThroughRouter(boolean again) {
    if (again) {
      toldRelayed = NOTHING;
    }
    long spacing = 4 * context.options().acknowledgeDelay().toNanos();
    long wait = lastRelayed + spacing - context.now();
    if (wait <= 0) {
      throughRouter();
    } else if (relayed == null) {
      relayed =
          context
              .loop()
              .schedule(
                  Duration.ofNanos(wait),
                  () ->
                      context
                          .lock()
                          .run(
                              () -> {
                                relayed = null;
                                throughRouter();
                              }));
    }
  }

  /** On a channel, or through the router when the channel is gone. */
  void at(@Nullable DirectPath path) {
    if (path == null || path.isGone()) {
      toldRelayed = NOTHING;
      throughRouter();
    } else if (isSpeaking()) {
      speaker.acknowledge(path);
    }
  }

  private void throughRouter() {
    if (isSpeaking() && relay.isUp() && toldRelayed != receive.expected()) {
      lastRelayed = context.now();
      refused = !speaker.acknowledgeRelayed();
      toldRelayed = refused ? NOTHING : receive.expected();
    }
  }

  /** An envelope with frames has told what is expected. */
  void relayed(LinkMessage message) {
    toldRelayed = message.header().ack();
  }

  /** The router, which may have refused an acknowledgement, has room again. */
  void roomInRouter() {
    if (refused) {
      throughRouter();
    }
  }

  private boolean isSpeaking() {
    return !standing.is(LinkState.CLOSED) && !standing.is(LinkState.PLAIN);
  }

  /** Another life of the peer has been told nothing yet. */
  void restart() {
    toldRelayed = NOTHING;
    refused = false;
  }

  void end() {
    if (relayed != null) {
      relayed.cancel();
      relayed = null;
    }
  }
}

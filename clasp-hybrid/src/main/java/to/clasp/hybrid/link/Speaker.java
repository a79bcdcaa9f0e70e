package to.clasp.hybrid.link;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.hybrid.link.LinkMessage.Ack;
import to.clasp.hybrid.link.LinkMessage.Bye;
import to.clasp.hybrid.link.LinkMessage.Hello;
import to.clasp.hybrid.link.LinkMessage.Ping;

/** Says what is not data. Guarded by the link's lock. */
final class Speaker {

  private static final Logger LOG = LoggerFactory.getLogger(Speaker.class);

  private final LinkContext context;
  private final Standing standing;
  private final SendWindow window;
  private final RelayPath relay;

  Speaker(LinkContext context, Standing standing, SendWindow window, RelayPath relay) {
    this.context = context;
    this.standing = standing;
    this.window = window;
    this.relay = relay;
  }

  /** On a channel, or, without one, through the router. */
  void hello(@Nullable DirectPath path, boolean answer) {
    Hello hello =
        new Hello(
            standing.header(path),
            window.first(),
            context.options().windowFrames(),
            context.options().windowBytes(),
            answer);
    if (path != null) {
      path.send(hello, context.now());
    } else if (relay.isUp() && context.mayRelay()) {
      relay(hello);
    }
  }

  void ping(DirectPath path) {
    path.send(new Ping(standing.header(path)), context.now());
  }

  void acknowledge(DirectPath path) {
    path.send(new Ack(standing.header(path)), context.now());
  }

  /** False when the router does not take it. */
  boolean acknowledgeRelayed() {
    return relay(new Ack(standing.header(null)));
  }

  /** On every way there is. */
  void bye(@Nullable DirectPath path) {
    if (path != null) {
      path.send(new Bye(standing.header(path)), context.now());
    }
    if (relay.isUp()) {
      relay(new Bye(standing.header(null)));
    }
  }

  /** Sends an envelope; false when the router does not take it. */
  boolean relay(LinkMessage message) {
    try {
      return context.host().relay(LinkCodec.encode(message));
    } catch (RuntimeException e) {
      // Whatever it was, the frames are kept.
      LOG.warn("an envelope to {} could not be sent", context.peerId(), e);
      return false;
    }
  }
}

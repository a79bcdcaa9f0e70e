package to.clasp.hybrid.link;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.hybrid.link.LinkMessage.Barrier;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Part;
import to.clasp.hybrid.link.LinkMessage.Ping;
import to.clasp.transport.Path;

/**
 * What the peer sends, put into order and delivered. Confined to the loop, and never under the
 * link's lock: frames are delivered from here.
 */
final class Inflow {

  /** How a message is to be acknowledged. */
  enum Answer {
    NONE,
    /** A frame may carry it. */
    SOON,
    /** The peer asks, or seems to have missed the acknowledgement before. */
    NOW
  }

  private static final Logger LOG = LoggerFactory.getLogger(Inflow.class);

  private final LinkContext context;
  private final LinkHost host;
  private final ReceiveWindow receive;

  Inflow(LinkContext context, ReceiveWindow receive) {
    this.context = context;
    this.host = context.host();
    this.receive = receive;
  }

  Answer take(LinkMessage message, @Nullable DirectPath path) {
    if (message instanceof Data data) {
      boolean news = true;
      long number = data.first();
      for (Frame frame : data.frames()) {
        news &= take(number, frame, data.copied(), path);
        number++;
      }
      return news ? Answer.SOON : Answer.NOW;
    } else if (message instanceof Part part) {
      return take(part, path) ? Answer.SOON : Answer.NOW;
    } else if (message instanceof Barrier closed) {
      receive.take(closed.number(), null, frame -> deliver(frame, path));
      return Answer.NOW;
    }
    return message instanceof Ping ? Answer.NOW : Answer.NONE;
  }

  private boolean take(Part part, @Nullable DirectPath path) {
    boolean news = part.number() >= receive.expected();
    byte[] whole = receive.join(part);
    if (whole == null) {
      return news;
    }
    try {
      return take(part.number(), Frame.wrap(whole), false, path);
    } catch (MalformedFrameException e) {
      LOG.debug("dropped a frame of {} that came in parts", context.peerId(), e);
      host.dropped();
      return news;
    }
  }

  private boolean take(long number, Frame frame, boolean copied, @Nullable DirectPath path) {
    return switch (receive.take(number, frame, ready -> deliver(ready, path))) {
      case DELIVERED, KEPT -> {
        if (copied) {
          host.expectCopy(frame);
        }
        yield true;
      }
      case REPEATED -> false;
      case REFUSED -> {
        host.dropped();
        yield false;
      }
    };
  }

  /** The peer gives up what lies before a number. */
  void skipTo(long first, @Nullable DirectPath path) {
    long expected = receive.expected();
    long missing = receive.skipTo(first, frame -> deliver(frame, path));
    if (missing > 0) {
      host.missing(expected, missing);
    }
  }

  /**
   * Nothing is delivered until {@link #release}; what comes meanwhile is kept, and not
   * acknowledged.
   */
  void hold() {
    receive.hold();
  }

  void release(@Nullable DirectPath path) {
    receive.release(frame -> deliver(frame, path));
  }

  /** No more of this life of the peer will come: what has come in order is delivered. */
  void deliverAll(@Nullable DirectPath path) {
    receive.deliverAll(frame -> deliver(frame, path));
  }

  /** Another life of the peer begins, whose first number this is. */
  void restart(long first) {
    receive.restart(first);
  }

  /** The peer has ended: what waits for frames before it waits in vain. */
  void end(@Nullable DirectPath path) {
    deliverAll(path);
    receive.restart(receive.expected());
  }

  /** A frame counts as delivered, whatever becomes of it there. */
  private void deliver(Frame frame, @Nullable DirectPath path) {
    try {
      host.deliver(frame, path == null ? Path.ROUTER : Path.P2P);
    } catch (RuntimeException | Error e) {
      LOG.error("a frame of {} was delivered and not digested", context.peerId(), e);
    }
  }
}

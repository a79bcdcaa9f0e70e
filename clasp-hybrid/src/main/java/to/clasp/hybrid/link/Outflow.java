package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.LinkMessage.Barrier;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Part;
import to.clasp.transport.CloseReason;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerLinkOptions;

/**
 * Numbered frames on their way to the peer: they wait in the window, and leave by the route there
 * is, as far as it takes them. Guarded by the link's lock.
 */
final class Outflow {

  private static final Logger LOG = LoggerFactory.getLogger(Outflow.class);

  /** An envelope, with what surrounds it, fits into a frame. */
  private static final int ENVELOPE_BYTES = 60_000;

  /** What is acknowledged later than this is not copied for others any more. */
  private static final Duration COPY_TIME = Duration.ofSeconds(2);

  private static final int MAX_DOUBLINGS = 5;

  private final LinkContext context;
  private final PeerLinkOptions options;
  private final LinkHost host;
  private final Standing standing;
  private final Speaker speaker;
  private final Acknowledging acknowledging;
  private final Ticker ticker;
  private final SendWindow window;
  private final RelayPath relay;
  private final Cutter cutter;
  private final PlainBarrier barrier;
  private Route route = Route.NONE;

  /** The channel that frames take; null unless the route is direct. */
  private @Nullable DirectPath routed;

  private boolean full;
  private boolean pumpAsked;
  private long lastProgress;

  /** How often everything was sent again in vain: the peer may be held up for longer. */
  private int vainResends;

  Outflow(
      LinkContext context,
      Standing standing,
      Speaker speaker,
      Acknowledging acknowledging,
      Ticker ticker,
      SendWindow window,
      RelayPath relay) {
    this.context = context;
    this.options = context.options();
    this.host = context.host();
    this.standing = standing;
    this.speaker = speaker;
    this.acknowledging = acknowledging;
    this.ticker = ticker;
    this.window = window;
    this.relay = relay;
    this.cutter = new Cutter(window);
    this.barrier = new PlainBarrier(options.barrierTimeout(), options.relayTimeout());
    this.lastProgress = context.now();
  }

  Route route() {
    return route;
  }

  boolean isFull() {
    return full;
  }

  boolean isEmpty() {
    return window.isEmpty();
  }

  /** The oldest number that frames still come from. */
  long first() {
    return window.first();
  }

  /** The peer has acknowledged something, or frames began to wait, at this time. */
  long lastProgress() {
    return lastProgress;
  }

  PlainBarrier barrier() {
    return barrier;
  }

  // ---- Frames come

  /** Takes a frame, unless there is no room. */
  SendResult take(Frame frame, boolean mayGoDirectly) {
    if (!window.hasRoom(frame.size())) {
      full = true;
      return SendResult.BUFFER_FULL;
    }
    if (window.isEmpty()) {
      lastProgress = context.now();
    }
    window.add(frame);
    if (!window.hasRoom(frame.size())) {
      // Told before a frame has to be refused.
      full = true;
    }
    pump();
    ticker.arm();
    return route == Route.RELAY || (route == Route.NONE && !mayGoDirectly)
        ? SendResult.RELAYED
        : SendResult.P2P;
  }

  // ---- The route

  boolean isRouted(Route one, @Nullable DirectPath through) {
    return route == one && routed == through;
  }

  boolean isRoutedOver(PeerChannel channel) {
    return routed != null && routed.channel() == channel;
  }

  /** Frames take this route from now on; what is not acknowledged is sent again. */
  void route(Route next, @Nullable DirectPath through) {
    LOG.debug("frames to {}: {} instead of {}", context.peerId(), next, route);
    route = next;
    routed = through;
    sendAgain();
  }

  /** There is no route until the next one. */
  void unroute() {
    route = Route.NONE;
    routed = null;
  }

  /** Envelopes can travel, or cannot. */
  void relayIs(boolean up) {
    relay.up(up);
    relay.clear();
    if (route == Route.RELAY) {
      // What was under way may be lost with the session.
      cutter.rewind();
    }
  }

  /** Everything that is not acknowledged is sent again. */
  private void sendAgain() {
    cutter.rewind();
    relay.clear();
  }

  // ---- Frames leave

  /** Lets as much leave as the route takes; by any thread. */
  void pump() {
    switch (route) {
      case NONE -> {}
      case DIRECT -> pumpDirect();
      case RELAY -> {
        if (context.loop().inLoop()) {
          pumpRelay();
        } else if (!pumpAsked) {
          pumpAsked = true;
          context.loop().execute(() -> context.lock().run(this::pumpAsAsked));
        }
      }
    }
  }

  private void pumpAsAsked() {
    pumpAsked = false;
    pump();
  }

  private void pumpDirect() {
    DirectPath path = routed;
    if (path == null) {
      return;
    }
    boolean sent = false;
    while (cutter.hasMore() && path.channel().isIdle()) {
      if (cutter.isAtBarrier() && barrier.goesApart(cutter.cursor(), relay.isUp(), context.now())) {
        cutter.skipBarrier();
        continue;
      }
      LinkMessage message =
          cutter.cut(standing.header(path), options.batchBytes(), path.channel().maxMessageSize());
      if (!path.send(message, context.now())) {
        // It has closed, which will be told, or has no room, and says when there is.
        break;
      }
      count(message, cutter.sent());
      sent = true;
    }
    if (sent) {
      ticker.arm();
    }
  }

  private void count(LinkMessage message, int again) {
    if (again > 0) {
      host.sentAgain(again);
    }
    if (message instanceof Data data) {
      List<Frame> fresh = data.frames().subList(again, data.frames().size());
      long bytes = 0;
      for (Frame frame : fresh) {
        bytes += frame.size();
      }
      host.sentDirectly(fresh.size(), bytes);
    } else if (message instanceof Part part && again == 0 && cutter.cursor() > part.number()) {
      host.sentDirectly(1, part.total());
    }
  }

  private void pumpRelay() {
    boolean sent = false;
    while (cutter.hasMore() && relay.hasRoom()) {
      markCopies();
      LinkMessage envelope = cutter.cut(standing.header(null), ENVELOPE_BYTES, ENVELOPE_BYTES);
      if (!speaker.relay(envelope)) {
        break;
      }
      acknowledging.relayed(envelope);
      int again = cutter.sent();
      if (again > 0) {
        host.sentAgain(again);
      }
      relay.sent(cutter.cursor(), context.now());
      sent = true;
    }
    if (sent || cutter.hasMore()) {
      ticker.arm();
    }
  }

  /**
   * Marks the frames of the next envelope of which plain copies will follow: as many as may, for an
   * envelope with one frame each would hold the others up.
   */
  private void markCopies() {
    int bytes = 0;
    for (long number = cutter.cursor(); number < window.next(); number++) {
      Frame frame = window.get(number);
      if (frame == null
          || number < cutter.sentBelow()
          || window.isCopied(number)
          || bytes + frame.size() > ENVELOPE_BYTES
          || !host.mayCopy(frame)) {
        return;
      }
      window.markCopied(number);
      bytes += frame.size();
    }
  }

  // ---- The peer acknowledges

  void acknowledged(long below, long now, Steps steps) {
    if (below > cutter.sentBelow()) {
      host.dropped();
      return;
    }
    if (below <= window.first()) {
      return;
    }
    // The peer expects copies for a while only.
    boolean inTime = now - lastProgress < COPY_TIME.toNanos();
    List<Frame> copies = new ArrayList<>();
    for (long number = window.first(); number < below; number++) {
      Frame frame = window.get(number);
      if (frame != null && inTime && window.isCopied(number)) {
        copies.add(frame);
      }
    }
    window.trim(below);
    relay.acknowledged(below, now);
    lastProgress = now;
    vainResends = 0;
    if (!copies.isEmpty()) {
      steps.add(() -> copies.forEach(host::copy));
    }
    freeRoom(steps);
    pump();
  }

  void freeRoom(Steps steps) {
    if (full && window.isRoomy()) {
      full = false;
      steps.add(host::roomAgain);
    }
  }

  // ---- The link begins, begins anew, or ends

  /** Frames are numbered from now on, and those that wait may leave. */
  void begin(long now) {
    lastProgress = now;
    cutter.rewind();
    if (barrier.isNeeded(now) && relay.isUp() && context.mayRelay()) {
      barrier.raise(window.next(), now);
      window.addBarrier();
      relayBarrier(now);
    }
  }

  /**
   * The peer's life that frames were sent to is gone: whether it had them cannot be known. Those
   * that were not sent go to its next life.
   */
  void peerRestarted(CloseReason cause, Steps steps) {
    unroute();
    relay.clear();
    long uncertain = cutter.forgetSent();
    if (uncertain > 0) {
      steps.add(() -> host.undelivered(uncertain, cause));
    }
  }

  void giveUp(CloseReason cause, Steps steps) {
    long frames = window.countFrames(window.next());
    window.trim(window.next());
    sendAgain();
    barrier.forget();
    if (frames > 0) {
      steps.add(() -> host.undelivered(frames, cause));
    }
  }

  // ---- Time

  void watch(long now) {
    if (route == Route.RELAY && relay.isOverdue(now)) {
      LOG.debug("an envelope to {} is not acknowledged; sending it again", context.peerId());
      relay.timedOut();
      cutter.rewind();
    }
    DirectPath path = routed;
    if (path != null && barrier.isUp(window.first())) {
      watchBarrier(path, now);
    } else if (path != null && isDropped(path, now)) {
      LOG.debug("{} has all messages, and not all frames; sending again", context.peerId());
      lastProgress = now;
      vainResends = Math.min(vainResends + 1, MAX_DOUBLINGS);
      cutter.rewind();
    }
    pump();
  }

  private void watchBarrier(DirectPath path, long now) {
    if (barrier.isExpired(relay.isUp(), now)) {
      if (path.send(new Barrier(standing.header(path), barrier.number()), now)) {
        cutter.sentTo(barrier.number() + 1);
      }
    } else if (barrier.isOverdue(now)) {
      relayBarrier(now);
    }
  }

  /**
   * Whether the peer has received every message and not taken every frame: it had no room for some,
   * or did not know us yet. A channel loses nothing, so nothing else would send them again. A peer
   * whose application is slow takes its time as well, so this is done ever more seldom.
   */
  private boolean isDropped(DirectPath path, long now) {
    return !window.isEmpty()
        && !cutter.hasMore()
        && !path.monitor().isWaiting()
        && now - lastProgress >= options.relayTimeout().toNanos() << vainResends;
  }

  private void relayBarrier(long now) {
    if (speaker.relay(new Barrier(standing.header(null), barrier.number()))) {
      cutter.sentTo(barrier.number() + 1);
    }
    barrier.sent(now);
  }

  @Override
  public String toString() {
    return route
        + ", unacknowledged "
        + window.first()
        + " to "
        + window.next()
        + ", next "
        + cutter.cursor()
        + (relay.isUp() ? ", relay up" : "");
  }
}

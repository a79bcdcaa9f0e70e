package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.hybrid.link.LinkMessage.Bye;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Hello;
import to.clasp.hybrid.link.LinkMessage.Ping;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerChannel;

/**
 * One side of the link to a peer of ours. Its frames are numbered, whatever path they take, and
 * kept until the peer has acknowledged them; a change of path sends those again that are not
 * acknowledged, and the peer delivers each once and in order. {@code docs/peer-link.md} has the
 * states, transitions and timers.
 *
 * <p>{@link #send} and {@link #drained} are for any thread, everything else is confined to the
 * loop.
 */
public final class PeerLink {

  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);

  private final LinkContext context;
  private final LinkLock lock = new LinkLock();
  private final Inflow inflow;

  // Guarded by the lock.
  private final Standing standing;
  private final Speaker speaker;
  private final Ticker ticker;
  private final Acknowledging acknowledging;
  private final Outflow outflow;
  private final Paths paths;
  private final Greeting greeting;
  private final RelayPath relay;

  // The loop only.
  private final Farewell farewell;

  /**
   * Makes a link that is plain until the peer is known to speak the link layer.
   *
   * @param peerId the peer, for logs
   * @param options how
   * @param loop the loop
   * @param random tells lives of this side apart
   * @param host the surroundings
   */
  public PeerLink(
      String peerId, P2POptions options, EventLoop loop, RandomGenerator random, LinkHost host) {
    context = new LinkContext(peerId, options, loop, random, host, lock);
    int frames = context.options().windowFrames();
    int bytes = context.options().windowBytes();
    SendWindow window = new SendWindow(frames, bytes);
    ReceiveWindow receive = new ReceiveWindow(frames, bytes);
    relay = new RelayPath(context.options().relayedInFlight(), context.options().relayTimeout());
    inflow = new Inflow(context, receive);
    standing = new Standing(context, receive);
    speaker = new Speaker(context, standing, window, relay);
    ticker = new Ticker(context, this::look);
    acknowledging = new Acknowledging(context, standing, speaker, receive, relay);
    outflow = new Outflow(context, standing, speaker, acknowledging, ticker, window, relay);
    paths = new Paths(context, standing, speaker, ticker, relay, outflow);
    greeting =
        new Greeting(
            context, standing, speaker, ticker, window, inflow, acknowledging, outflow, paths);
    farewell = new Farewell(context, standing, speaker, outflow, paths, this::stopTimers);
  }

  /**
   * Tells whether bytes are a message of the link layer, rather than a CLASP frame.
   *
   * @param message a data channel message
   * @return true if they are for {@link #received}
   */
  public static boolean isLinkMessage(byte[] message) {
    return LinkCodec.isLinkMessage(message);
  }

  // ---- Any thread

  /**
   * Sends a frame that must not be lost.
   *
   * @param frame the frame
   * @param plain sends it plainly; asked, under the link's lock, when frames are not numbered
   * @return {@link SendResult#P2P} or {@link SendResult#RELAYED} when the link has taken it, {@link
   *     SendResult#BUFFER_FULL} when too much is not acknowledged, or what {@code plain} says
   */
  public SendResult send(Frame frame, Function<Frame, SendResult> plain) {
    return lock.get(
        () -> {
          if (!isNumbering()) {
            outflow.barrier().plainSent(context.now());
            return plain.apply(frame);
          }
          if (outflow.route() == Route.NONE && !context.mayRelay()) {
            return plain.apply(frame);
          }
          return outflow.take(frame, paths.direct() != null);
        });
  }

  /** While a peer that restarted is greeted, frames wait behind those that wait already. */
  private boolean isNumbering() {
    return standing.is(LinkState.ESTABLISHED)
        || (standing.is(LinkState.GREETING) && !outflow.isEmpty());
  }

  /**
   * Tells whether frames are numbered.
   *
   * @return true if the peer is known to number them too
   */
  public boolean isEstablished() {
    return lock.get(() -> standing.is(LinkState.ESTABLISHED));
  }

  /**
   * Returns the path that a numbered frame takes now.
   *
   * @return the path, or null when there is none
   */
  public @Nullable Path path() {
    return lock.get(outflow::route).path();
  }

  /**
   * Tells whether this side has ended.
   *
   * @return true after {@link #close} has done its work
   */
  public boolean isClosed() {
    return lock.get(() -> standing.is(LinkState.CLOSED));
  }

  /**
   * Tells whether every frame has been acknowledged.
   *
   * @return true if so
   */
  public boolean isDrained() {
    return lock.get(outflow::isEmpty);
  }

  /**
   * Tells whether a frame would be refused for want of room.
   *
   * @return true if {@link LinkHost#roomAgain} is still to come
   */
  public boolean isFull() {
    return lock.get(outflow::isFull);
  }

  /**
   * The data channel has handed over what waited: what has gathered meanwhile can leave.
   *
   * @param channel the channel
   */
  public void drained(PeerChannel channel) {
    lock.run(
        () -> {
          if (outflow.isRoutedOver(channel)) {
            outflow.pump();
          }
        });
  }

  // ---- What the relation tells; the loop

  /** The peer has said that it speaks the link layer. */
  public void greet() {
    if (!context.options().enabled()) {
      return;
    }
    lock.run(
        () -> {
          if (standing.is(LinkState.PLAIN)) {
            greeting.begin();
            speaker.hello(null, false);
          }
        });
  }

  /** The peer has said that it does not, or no longer, speak the link layer. */
  public void ungreet() {
    lock.runThenSteps(
        steps -> {
          if (!standing.is(LinkState.CLOSED)) {
            greeting.becomePlain(
                CloseReason.of(
                    Code.PEER_RESTARTED,
                    context.peerId() + " takes plain frames only, and acknowledges none"),
                steps);
          }
        });
  }

  /**
   * A reliable data channel to the peer, which speaks the link layer, is open.
   *
   * @param channel the channel
   */
  public void attach(PeerChannel channel) {
    lock.runThenSteps(
        steps -> {
          if (standing.is(LinkState.CLOSED)) {
            return;
          }
          if (standing.is(LinkState.PLAIN)) {
            greeting.begin();
          }
          speaker.hello(paths.attach(channel), false);
          paths.decide(steps, null);
          ticker.arm();
        });
  }

  /**
   * A data channel is gone, or is about to be closed.
   *
   * @param channel the channel; others are ignored
   * @param cause why
   */
  public void detach(PeerChannel channel, CloseReason cause) {
    lock.runThenSteps(steps -> paths.detach(channel, cause, steps));
  }

  /**
   * ICE says that packets get through, or do not.
   *
   * @param channel of the direct link that it speaks of
   * @param connected what it says
   */
  public void connectivity(PeerChannel channel, boolean connected) {
    lock.runThenSteps(steps -> paths.connectivity(channel, connected, steps));
  }

  /**
   * Envelopes can travel through the router, or cannot.
   *
   * @param up whether a session stands and the peer is on the router
   */
  public void relayIs(boolean up) {
    lock.runThenSteps(
        steps -> {
          if (relay.isUp() == up) {
            return;
          }
          outflow.relayIs(up);
          if (up && standing.is(LinkState.GREETING)) {
            speaker.hello(null, false);
          }
          paths.decide(
              steps,
              up
                  ? null
                  : CloseReason.of(
                      Code.CONNECTION_LOST, "the router does not reach " + context.peerId()));
          ticker.arm();
        });
  }

  /** The transport to the router, which may have refused an envelope, has room again. */
  public void relayHasRoom() {
    lock.run(
        () -> {
          acknowledging.roomInRouter();
          outflow.pump();
        });
  }

  // ---- Receiving; the loop

  /**
   * Takes a message of the peer.
   *
   * @param message the bytes; taken over
   * @param channel the channel that it came on, or null when it came through the router
   */
  public void received(byte[] message, @Nullable PeerChannel channel) {
    LinkMessage decoded;
    try {
      decoded = LinkCodec.decode(message);
    } catch (MalformedLinkMessageException e) {
      LOG.debug("dropped a link message of {}: {}", context.peerId(), e.getMessage());
      context.host().dropped();
      return;
    }
    if (decoded == null || !context.options().enabled()) {
      return;
    }
    DirectPath path = lock.get(() -> paths.of(channel));
    // What is left of a channel that has been given up tells nothing.
    if (path != null || channel == null) {
      take(decoded, path);
    }
    farewell.lookAgain();
  }

  private void take(LinkMessage message, @Nullable DirectPath path) {
    if (message instanceof Hello hello && !standing.is(LinkState.CLOSED)) {
      if (hello.header().from() == standing.peerEpoch()) {
        // Before it is answered: the answer tells what is expected then.
        inflow.skipTo(hello.first(), path);
      } else if (hello.header().from() > standing.peerEpoch()) {
        inflow.deliverAll(path);
      }
    }
    if (lock.getThenSteps(steps -> takeHeader(message, path, steps))) {
      takeBody(message, path);
    }
  }

  /** Takes what stands in the header; true if the body is to be taken too. */
  private boolean takeHeader(LinkMessage message, @Nullable DirectPath path, Steps steps) {
    if (standing.is(LinkState.CLOSED)) {
      return false;
    }
    long now = context.now();
    Header header = message.header();
    if (path != null) {
      path.received(message);
    }
    if (standing.hasEnded(header.from())) {
      return false;
    }
    if (message instanceof Hello hello) {
      if (!greeting.hello(hello, path, now, steps)) {
        return false;
      }
    } else if (standing.isCurrent(header)) {
      if (standing.is(LinkState.PLAIN)) {
        greeting.back(path);
      }
      greeting.acknowledged(header, path, now, steps);
    } else {
      greeting.stranger(message, path, now);
      return false;
    }
    standing.heard(now);
    if (path != null) {
      paths.receipt(path, header.receipt(), now, steps);
    }
    return true;
  }

  private void takeBody(LinkMessage message, @Nullable DirectPath path) {
    if (message instanceof Bye) {
      CloseReason cause = CloseReason.of(Code.REMOTE_CLOSE, context.peerId() + " has ended");
      inflow.end(path);
      lock.runThenSteps(
          steps -> {
            standing.peerHasEnded();
            greeting.becomePlain(cause, steps);
          });
      return;
    }
    Inflow.Answer answer = inflow.take(message, path);
    if (answer != Inflow.Answer.NONE) {
      lock.run(
          () -> {
            boolean answered =
                path != null
                    && message instanceof Ping
                    && paths.answerWithHeartbeat(path, context.now());
            if (!answered) {
              acknowledging.soon(path, answer == Inflow.Answer.NOW);
            }
          });
    }
  }

  /**
   * Frames of the peer are not delivered until {@link #release}. They are kept, and not
   * acknowledged, so that the peer's window fills and its senders slow down. Whether the peer is
   * there is still told and asked.
   */
  public void hold() {
    inflow.hold();
  }

  /** Frames of the peer are delivered again: those that have come meanwhile at once. */
  public void release() {
    inflow.release(lock.get(paths::direct));
    DirectPath path = lock.get(paths::direct);
    lock.run(() -> acknowledging.soon(path, true));
  }

  // ---- Time; the loop

  private void look(Steps steps) {
    long now = context.now();
    greeting.watch(now);
    paths.watch(now, steps);
    outflow.watch(now);
    watchLife(now, steps);
    if (!outflow.isEmpty() || paths.isBusy()) {
      ticker.next(paths.untilNextLook(now));
    } else {
      Duration heartbeat = paths.untilNextHeartbeat(now);
      ticker.next(heartbeat == null ? greeting.untilNext(now) : heartbeat);
    }
  }

  private void watchLife(long now, Steps steps) {
    Duration lifetime = context.options().lifetime();
    long since = Math.min(now - standing.lastHeard(), now - outflow.lastProgress());
    boolean waiting = !outflow.isEmpty() && since >= lifetime.toNanos();
    boolean greetedInVain = paths.direct() == null && greeting.isVain(now, lifetime.toNanos());
    if (waiting || greetedInVain) {
      greeting.becomePlain(
          CloseReason.of(
              Code.SILENT,
              context.peerId()
                  + " could not be reached on any path for "
                  + lifetime.toMillis()
                  + " ms"),
          steps);
    }
  }

  // ---- The end; the loop

  /**
   * Ends this side: what is not acknowledged may still arrive for a time, then the peer is told.
   *
   * @param within how long to wait
   * @param ended called once, on the loop, with whether everything was acknowledged
   */
  public void close(Duration within, Consumer<Boolean> ended) {
    farewell.begin(within, ended);
  }

  private void stopTimers() {
    ticker.end();
    acknowledging.end();
  }

  @Override
  public String toString() {
    return lock.get(
        () ->
            "link to "
                + context.peerId()
                + ": "
                + standing.state()
                + ", "
                + outflow
                + ", "
                + paths);
  }
}

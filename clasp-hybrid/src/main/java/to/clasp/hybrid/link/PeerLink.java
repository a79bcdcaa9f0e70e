package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.hybrid.link.LinkMessage.Ack;
import to.clasp.hybrid.link.LinkMessage.Barrier;
import to.clasp.hybrid.link.LinkMessage.Bye;
import to.clasp.hybrid.link.LinkMessage.Data;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Hello;
import to.clasp.hybrid.link.LinkMessage.Part;
import to.clasp.hybrid.link.LinkMessage.Ping;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerLinkOptions;

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

  /** An envelope, with what surrounds it, fits into a frame. */
  private static final int ENVELOPE_BYTES = 60_000;

  /** So many messages are acknowledged at once, without waiting for a frame to carry it. */
  private static final int ACKNOWLEDGE_EVERY = 16;

  /** How often a link with something under way is looked at. */
  private static final Duration TICK = Duration.ofMillis(50);

  private enum Route {
    NONE,
    DIRECT,
    RELAY
  }

  private final String peerId;
  private final PeerLinkOptions options;
  private final Duration grace;
  private final Duration openTimeout;
  private final boolean preferDirect;
  private final boolean mayRelay;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final LinkHost host;
  private final ReceiveWindow receive;
  private final ReentrantLock lock = new ReentrantLock();

  // Below: guarded by the lock.
  private final SendWindow window;
  private final Cutter cutter;
  private final RelayPath relay;
  private @Nullable DirectPath direct;

  /** A newer channel, which takes over when it has proven itself. */
  private @Nullable DirectPath standby;

  private LinkState state = LinkState.PLAIN;
  private Route route = Route.NONE;

  /** The channel that frames take; null unless the route is direct. */
  private @Nullable DirectPath routed;

  private long epoch;
  private long peerEpoch;
  private boolean peerKnowsUs;
  private boolean full;
  private boolean pumpAsked;
  private boolean plainSent;
  private long lastPlain;
  private long lastHeard;
  private long lastProgress;
  private long barrier = -1;
  private long barrierSince;
  private long barrierSent;
  private EventLoop.@Nullable Timer tick;
  private boolean tickIsSlow;
  private long tickDue;

  // Below: the loop only.
  private int relapses;
  private long nextHello;
  private int hellos;
  private long greetedStranger;
  private long relayAcknowledged;
  private EventLoop.@Nullable Timer relayAck;
  private EventLoop.@Nullable Timer closing;
  private @Nullable Consumer<Boolean> whenEnded;

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
    this.peerId = peerId;
    this.options = options.link();
    this.grace = options.disconnectGrace();
    this.openTimeout = options.connectTimeout();
    this.preferDirect = options.preferP2P();
    this.mayRelay = options.fallbackToRouter();
    this.loop = loop;
    this.random = random;
    this.host = host;
    this.window = new SendWindow(this.options.windowFrames(), this.options.windowBytes());
    this.cutter = new Cutter(window);
    this.receive = new ReceiveWindow(this.options.windowFrames(), this.options.windowBytes());
    this.relay = new RelayPath(this.options.relayedInFlight(), this.options.relayTimeout());
    // A later life has a greater epoch; should the clock go back, the peer tells.
    this.epoch = loop.now().toEpochMilli() << 20 | random.nextInt(1 << 20);
    long now = loop.nanoTime();
    this.lastHeard = now;
    this.lastProgress = now;
    this.nextHello = now;
    this.greetedStranger = now - this.options.helloInterval().toNanos();
    this.relayAcknowledged = now - this.options.acknowledgeDelay().toNanos();
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
    lock.lock();
    try {
      if (!isNumbering()) {
        plainSent = true;
        lastPlain = loop.nanoTime();
        return plain.apply(frame);
      }
      if (route == Route.NONE && !mayRelay) {
        return plain.apply(frame);
      }
      if (!window.hasRoom(frame.size())) {
        full = true;
        return SendResult.BUFFER_FULL;
      }
      if (window.isEmpty()) {
        lastProgress = loop.nanoTime();
      }
      window.add(frame);
      pump();
      armTick();
      return route == Route.RELAY || (route == Route.NONE && direct == null)
          ? SendResult.RELAYED
          : SendResult.P2P;
    } finally {
      lock.unlock();
    }
  }

  /** While a peer that restarted is greeted, frames wait behind those that wait already. */
  private boolean isNumbering() {
    return state == LinkState.ESTABLISHED || (state == LinkState.GREETING && !window.isEmpty());
  }

  /**
   * Tells whether frames are numbered.
   *
   * @return true if the peer is known to number them too
   */
  public boolean isEstablished() {
    lock.lock();
    try {
      return state == LinkState.ESTABLISHED;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the path that a numbered frame takes now.
   *
   * @return the path, or null when there is none
   */
  public @Nullable Path path() {
    lock.lock();
    try {
      return pathNow();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells whether this side has ended.
   *
   * @return true after {@link #close} has done its work
   */
  public boolean isClosed() {
    lock.lock();
    try {
      return state == LinkState.CLOSED;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells whether every frame has been acknowledged.
   *
   * @return true if so
   */
  public boolean isDrained() {
    lock.lock();
    try {
      return window.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells whether a frame would be refused for want of room.
   *
   * @return true if {@link LinkHost#roomAgain} is still to come
   */
  public boolean isFull() {
    lock.lock();
    try {
      return full;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The data channel has handed over what waited: what has gathered meanwhile can leave.
   *
   * @param channel the channel
   */
  public void drained(PeerChannel channel) {
    lock.lock();
    try {
      DirectPath path = routed;
      if (path != null && path.channel() == channel) {
        pump();
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable DirectPath pathOf(@Nullable PeerChannel channel) {
    DirectPath first = direct;
    DirectPath second = standby;
    if (first != null && first.channel() == channel) {
      return first;
    }
    return second != null && second.channel() == channel ? second : null;
  }

  // ---- What the relation tells; the loop

  /** The peer has said that it speaks the link layer. */
  public void greet() {
    if (!options.enabled()) {
      return;
    }
    lock.lock();
    try {
      if (state == LinkState.PLAIN) {
        beginGreeting();
        sayHello(null, false);
      }
    } finally {
      lock.unlock();
    }
  }

  private void beginGreeting() {
    state = state.to(LinkState.GREETING);
    hellos = 0;
    nextHello = loop.nanoTime() + options.helloInterval().toNanos();
    armTick();
  }

  /**
   * A reliable data channel to the peer, which speaks the link layer, is open.
   *
   * @param channel the channel
   */
  public void attach(PeerChannel channel) {
    Steps steps = new Steps();
    lock.lock();
    try {
      if (state == LinkState.CLOSED) {
        return;
      }
      if (state == LinkState.PLAIN) {
        beginGreeting();
      }
      DirectPath path = new DirectPath(channel, options, loop.nanoTime());
      DirectPath before = direct;
      if (before != null && before.state() == DirectState.ACTIVE) {
        standby = path;
      } else {
        direct = path;
      }
      sayHello(path, false);
      decide(steps, null);
      armTick();
    } finally {
      lock.unlock();
    }
    steps.run();
  }

  /**
   * A data channel is gone, or is about to be closed.
   *
   * @param channel the channel; others are ignored
   * @param cause why
   */
  public void detach(PeerChannel channel, CloseReason cause) {
    Steps steps = new Steps();
    lock.lock();
    try {
      DirectPath path = pathOf(channel);
      if (path == null) {
        return;
      }
      cancel(path.acknowledging);
      if (path == standby) {
        standby = null;
        return;
      }
      if (path.state() == DirectState.ACTIVE) {
        relapsed(path);
      }
      direct = standby;
      standby = null;
      decide(steps, cause);
    } finally {
      lock.unlock();
    }
    steps.run();
  }

  /**
   * ICE says that packets get through, or do not.
   *
   * @param channel of the direct link that it speaks of
   * @param connected what it says
   */
  public void connectivity(PeerChannel channel, boolean connected) {
    Steps steps = new Steps();
    lock.lock();
    try {
      DirectPath path = pathOf(channel);
      if (path == null) {
        return;
      }
      path.disconnected(!connected);
      if (!connected) {
        suspect(
            path,
            CloseReason.of(Code.ICE_FAILED, "packets to " + peerId + " stay without an answer"),
            steps);
      } else if (path.state() == DirectState.SUSPECT) {
        ping(path);
      }
    } finally {
      lock.unlock();
    }
    steps.run();
  }

  /**
   * Envelopes can travel through the router, or cannot.
   *
   * @param up whether a session stands and the peer is on the router
   */
  public void relayIs(boolean up) {
    Steps steps = new Steps();
    lock.lock();
    try {
      if (relay.isUp() == up) {
        return;
      }
      relay.up(up);
      relay.clear();
      if (route == Route.RELAY) {
        // What was under way may be lost with the session.
        cutter.rewind();
      }
      if (up && state == LinkState.GREETING) {
        sayHello(null, false);
      }
      decide(
          steps,
          up ? null : CloseReason.of(Code.CONNECTION_LOST, "the router does not reach " + peerId));
      armTick();
    } finally {
      lock.unlock();
    }
    steps.run();
  }

  /** The transport to the router, which may have refused an envelope, has room again. */
  public void relayHasRoom() {
    lock.lock();
    try {
      pump();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends this side: what is not acknowledged may still arrive for a time, then the peer is told.
   *
   * @param within how long to wait
   * @param ended called once, on the loop, with whether everything was acknowledged
   */
  public void close(Duration within, Consumer<Boolean> ended) {
    if (whenEnded != null) {
      throw new IllegalStateException("the link is being closed");
    }
    whenEnded = ended;
    closing = loop.schedule(within, this::end);
    endIfDrained();
  }

  private void endIfDrained() {
    if (whenEnded != null && isDrained()) {
      end();
    }
  }

  private void end() {
    Consumer<Boolean> ended = whenEnded;
    if (ended == null) {
      return;
    }
    Steps steps = new Steps();
    boolean drained;
    lock.lock();
    try {
      if (state == LinkState.CLOSED) {
        return;
      }
      drained = window.isEmpty();
      if (peerEpoch != 0 && state != LinkState.PLAIN) {
        DirectPath path = direct;
        if (path != null) {
          path.send(new Bye(header(path)), loop.nanoTime());
        }
        if (relay.isUp()) {
          host.relay(LinkCodec.encode(new Bye(header(null))));
        }
      }
      forgetAll(
          steps, CloseReason.of(Code.LOCAL_CLOSE, "closed before " + peerId + " acknowledged"));
      state = state.to(LinkState.CLOSED);
      route = Route.NONE;
      routed = null;
      stopTimers();
    } finally {
      lock.unlock();
    }
    steps.run();
    ended.accept(drained);
  }

  private void stopTimers() {
    cancel(tick);
    cancel(relayAck);
    cancel(closing);
    for (DirectPath path : new @Nullable DirectPath[] {direct, standby}) {
      if (path != null) {
        cancel(path.acknowledging);
      }
    }
    direct = null;
    standby = null;
    tick = null;
    relayAck = null;
  }

  private static void cancel(EventLoop.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  // ---- Sending; under the lock

  private Header header(@Nullable DirectPath path) {
    return new Header(epoch, peerEpoch, receive.expected(), path == null ? 0 : path.received());
  }

  private void pump() {
    switch (route) {
      case NONE -> {}
      case DIRECT -> pumpDirect();
      case RELAY -> {
        if (loop.inLoop()) {
          pumpRelay();
        } else if (!pumpAsked) {
          pumpAsked = true;
          loop.execute(this::pumpOnLoop);
        }
      }
    }
  }

  private void pumpOnLoop() {
    lock.lock();
    try {
      pumpAsked = false;
      pump();
    } finally {
      lock.unlock();
    }
  }

  private void pumpDirect() {
    DirectPath path = routed;
    if (path == null) {
      return;
    }
    boolean sent = false;
    while (cutter.hasMore() && path.channel().isIdle()) {
      if (cutter.isAtBarrier() && barrierIsRelayed()) {
        cutter.skipBarrier();
        continue;
      }
      LinkMessage message =
          cutter.cut(header(path), options.batchBytes(), path.channel().maxMessageSize());
      if (!path.send(message, loop.nanoTime())) {
        // It has closed, which will be told, or has no room, and says when there is.
        break;
      }
      cutter.sent();
      sent = true;
      if (message instanceof Data data) {
        count(data);
      }
    }
    if (sent) {
      armTick();
    }
  }

  private void count(Data data) {
    long bytes = 0;
    for (Frame frame : data.frames()) {
      bytes += frame.size();
    }
    host.sentDirectly(data.frames().size(), bytes);
  }

  private void pumpRelay() {
    boolean sent = false;
    while (cutter.hasMore() && relay.hasRoom()) {
      if (!window.isCopied(cutter.cursor())
          && cutter.cursor() >= cutter.sentBelow()
          && !cutter.isAtBarrier()
          && host.mayCopy()) {
        window.markCopied(cutter.cursor());
      }
      LinkMessage message = cutter.cut(header(null), ENVELOPE_BYTES, ENVELOPE_BYTES);
      if (!host.relay(LinkCodec.encode(message))) {
        break;
      }
      cutter.sent();
      relay.sent(cutter.cursor(), loop.nanoTime());
      sent = true;
    }
    if (sent || cutter.hasMore()) {
      armTick();
    }
  }

  private boolean barrierIsRelayed() {
    return cutter.cursor() == barrier
        && relay.isUp()
        && loop.nanoTime() - barrierSince < options.barrierTimeout().toNanos();
  }

  private void relayBarrier(long now) {
    if (host.relay(LinkCodec.encode(new Barrier(header(null), barrier)))) {
      cutter.sentTo(barrier + 1);
    }
    barrierSent = now;
  }

  /** On a channel, or, without one, through the router. */
  private void sayHello(@Nullable DirectPath path, boolean answer) {
    Hello hello =
        new Hello(
            header(path), window.first(), options.windowFrames(), options.windowBytes(), answer);
    if (path != null) {
      path.send(hello, loop.nanoTime());
    } else if (relay.isUp() && mayRelay) {
      host.relay(LinkCodec.encode(hello));
    }
  }

  private void ping(DirectPath path) {
    path.send(new Ping(header(path)), loop.nanoTime());
    armTick();
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
      LOG.debug("dropped a link message of {}: {}", peerId, e.getMessage());
      host.dropped();
      return;
    }
    if (decoded == null || !options.enabled()) {
      return;
    }
    Steps steps = new Steps();
    boolean accepted;
    DirectPath path;
    lock.lock();
    try {
      path = pathOf(channel);
      // What is left of a channel that has been given up tells nothing.
      accepted =
          state != LinkState.CLOSED
              && (path != null || channel == null)
              && takeHeader(decoded, path, steps);
    } finally {
      lock.unlock();
    }
    steps.run();
    if (accepted) {
      takeBody(decoded, path);
    }
    endIfDrained();
  }

  /** Takes what stands in the header; true if the body is to be taken too. */
  private boolean takeHeader(LinkMessage message, @Nullable DirectPath path, Steps steps) {
    long now = loop.nanoTime();
    Header header = message.header();
    if (path != null && message.asksForReceipt()) {
      path.countReceived();
    }
    if (message instanceof Hello hello) {
      takeHello(hello, path, steps);
    } else if (header.from() != peerEpoch || header.to() != epoch || state == LinkState.PLAIN) {
      stranger(message, path, now);
      return false;
    } else {
      peerKnowsUs = true;
      establish(steps);
      acknowledged(header.ack(), now, steps);
    }
    lastHeard = now;
    if (path != null) {
      receipt(path, header.receipt(), now, steps);
    }
    return true;
  }

  /** A message of another life of either side: they have to greet each other. */
  private void stranger(LinkMessage message, @Nullable DirectPath path, long now) {
    host.dropped();
    if (!(message instanceof Bye) && now - greetedStranger >= options.helloInterval().toNanos()) {
      greetedStranger = now;
      if (state == LinkState.PLAIN) {
        beginGreeting();
      }
      sayHello(path, false);
    }
  }

  private void takeHello(Hello hello, @Nullable DirectPath path, Steps steps) {
    Header header = hello.header();
    if (Long.compareUnsigned(header.from(), peerEpoch) < 0) {
      // An older life; or a new one whose clock went back, which learns of it by the answer.
      sayHello(path, true);
      return;
    }
    if (state != LinkState.ESTABLISHED && Long.compareUnsigned(header.to(), epoch) > 0) {
      // The peer knows a later life of ours: our clock went back.
      epoch = header.to() + 1;
      sayHello(path, false);
    }
    if (header.from() != peerEpoch) {
      anotherLife(hello, path, steps);
    } else {
      long first = receive.expected();
      steps.add(
          () -> {
            long missing = receive.skipTo(hello.first(), frame -> deliver(frame, path));
            if (missing > 0) {
              host.missing(first, missing);
            }
          });
    }
    if (state == LinkState.PLAIN) {
      beginGreeting();
    }
    window.peerKeeps(hello.maxFrames(), hello.maxBytes());
    if (header.to() == epoch) {
      peerKnowsUs = true;
      acknowledged(header.ack(), loop.nanoTime(), steps);
    }
    if (!hello.answer()) {
      sayHello(path, true);
    } else if (header.to() == epoch) {
      acknowledge(path);
    }
    establish(steps);
  }

  private void anotherLife(Hello hello, @Nullable DirectPath path, Steps steps) {
    boolean restarted = peerEpoch != 0;
    peerEpoch = hello.header().from();
    peerKnowsUs = false;
    receive.restart(hello.first());
    if (!restarted) {
      return;
    }
    if (state == LinkState.ESTABLISHED) {
      state = state.to(LinkState.GREETING);
      nextHello = loop.nanoTime() + options.helloInterval().toNanos();
    }
    CloseReason cause = CloseReason.of(Code.PEER_RESTARTED, peerId + " has been started anew");
    route = Route.NONE;
    routed = null;
    relay.clear();
    steps.add(host::restarted);
    int uncertain = cutter.forgetSent();
    if (uncertain > 0) {
      steps.add(() -> host.undelivered(uncertain, cause));
    }
    for (DirectPath other : new @Nullable DirectPath[] {direct, standby}) {
      if (other != null && other != path) {
        // The channel ends at the life that is gone.
        steps.add(() -> host.failed(other.channel(), cause));
      }
    }
    direct = path;
    standby = null;
    steps.add(() -> host.pathChanged(null, cause));
    steps.add(host::stateChanged);
    freeRoom(steps);
  }

  private void establish(Steps steps) {
    if (state != LinkState.GREETING || peerEpoch == 0 || !peerKnowsUs) {
      return;
    }
    state = state.to(LinkState.ESTABLISHED);
    long now = loop.nanoTime();
    lastProgress = now;
    cutter.rewind();
    steps.add(host::stateChanged);
    boolean recent = plainSent && now - lastPlain < options.barrierTimeout().toNanos();
    plainSent = false;
    if (recent && relay.isUp() && mayRelay) {
      barrier = window.next();
      barrierSince = now;
      window.addBarrier();
      relayBarrier(now);
    }
    decide(steps, null);
  }

  private void acknowledged(long below, long now, Steps steps) {
    if (below > cutter.sentBelow()) {
      host.dropped();
      return;
    }
    if (below <= window.first()) {
      return;
    }
    List<Frame> copies = new ArrayList<>();
    for (long number = window.first(); number < below; number++) {
      Frame frame = window.get(number);
      if (frame != null && window.isCopied(number)) {
        copies.add(frame);
      }
    }
    window.trim(below);
    relay.acknowledged(below, now);
    lastProgress = now;
    if (!copies.isEmpty()) {
      steps.add(() -> copies.forEach(host::copy));
    }
    freeRoom(steps);
    pump();
  }

  private void freeRoom(Steps steps) {
    if (full && window.isRoomy()) {
      full = false;
      steps.add(host::roomAgain);
    }
  }

  private void receipt(DirectPath path, int count, long now, Steps steps) {
    if (!path.monitor().receipt(count, now)) {
      return;
    }
    switch (path.state()) {
      case OPEN -> path.prove(now, hold());
      case SUSPECT -> {
        if (!path.isDisconnected() && !path.monitor().isSilent(now)) {
          path.prove(now, hold());
        }
      }
      case PROVING, ACTIVE -> {}
    }
    decide(steps, null);
  }

  private Duration hold() {
    return relapses == 0 ? Duration.ZERO : options.stability().delay(relapses, random);
  }

  private void takeBody(LinkMessage message, @Nullable DirectPath path) {
    if (message instanceof Data data) {
      boolean inOrder = true;
      long number = data.first();
      for (Frame frame : data.frames()) {
        inOrder &= take(number, frame, data.copied(), path);
        number++;
      }
      acknowledgeSoon(path, !inOrder);
    } else if (message instanceof Part part) {
      boolean inOrder = part.number() >= receive.expected();
      byte[] whole = receive.join(part);
      if (whole != null) {
        try {
          inOrder = take(part.number(), Frame.wrap(whole), false, path);
        } catch (MalformedFrameException e) {
          LOG.debug("dropped a frame of {} that came in parts", peerId, e);
          host.dropped();
        }
      }
      acknowledgeSoon(path, !inOrder);
    } else if (message instanceof Barrier closed) {
      receive.take(closed.number(), null, frame -> deliver(frame, path));
      acknowledgeSoon(path, true);
    } else if (message instanceof Ping) {
      acknowledgeSoon(path, true);
    } else if (message instanceof Bye) {
      gone();
    }
  }

  private boolean take(long number, Frame frame, boolean copied, @Nullable DirectPath path) {
    if (copied && number >= receive.expected() && !receive.isKept(number)) {
      host.expectCopy(frame);
    }
    return switch (receive.take(number, frame, ready -> deliver(ready, path))) {
      case DELIVERED, KEPT -> true;
      case REPEATED -> false;
      case REFUSED -> {
        host.dropped();
        yield false;
      }
    };
  }

  private void deliver(Frame frame, @Nullable DirectPath path) {
    host.deliver(frame, path == null ? Path.ROUTER : Path.P2P);
  }

  /** The peer has ended its side. */
  private void gone() {
    Steps steps = new Steps();
    CloseReason cause = CloseReason.of(Code.REMOTE_CLOSE, peerId + " has ended");
    lock.lock();
    try {
      forgetAll(steps, cause);
      becomePlain(steps, cause);
    } finally {
      lock.unlock();
    }
    steps.run();
  }

  private void becomePlain(Steps steps, CloseReason cause) {
    if (state == LinkState.PLAIN || state == LinkState.CLOSED) {
      return;
    }
    state = state.to(LinkState.PLAIN);
    peerKnowsUs = false;
    if (route != Route.NONE) {
      route = Route.NONE;
      routed = null;
      steps.add(() -> host.pathChanged(null, cause));
    }
    steps.add(host::stateChanged);
    freeRoom(steps);
  }

  private void forgetAll(Steps steps, CloseReason cause) {
    long frames = window.countFrames();
    window.trim(window.next());
    cutter.rewind();
    relay.clear();
    barrier = -1;
    if (frames > 0) {
      steps.add(() -> host.undelivered(frames, cause));
    }
  }

  // ---- Acknowledging; the loop

  private void acknowledgeSoon(@Nullable DirectPath path, boolean now) {
    lock.lock();
    try {
      if (path == null) {
        long spacing = 4 * options.acknowledgeDelay().toNanos();
        long wait = relayAcknowledged + spacing - loop.nanoTime();
        if (wait <= 0) {
          acknowledge(null);
        } else if (relayAck == null) {
          relayAck =
              loop.schedule(
                  Duration.ofNanos(wait),
                  () -> {
                    relayAck = null;
                    acknowledgeSoon(null, true);
                  });
        }
      } else if (now || path.unanswered() >= ACKNOWLEDGE_EVERY) {
        acknowledge(path);
      } else if (path.acknowledging == null) {
        path.acknowledging = loop.schedule(options.acknowledgeDelay(), () -> acknowledgeLate(path));
      }
    } finally {
      lock.unlock();
    }
  }

  private void acknowledgeLate(DirectPath path) {
    lock.lock();
    try {
      path.acknowledging = null;
      if (!path.hasTold(receive.expected())) {
        acknowledge(path);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private void acknowledge(@Nullable DirectPath path) {
    if (state == LinkState.CLOSED || state == LinkState.PLAIN) {
      return;
    }
    if (path != null && pathOf(path.channel()) == path) {
      path.send(new Ack(header(path)), loop.nanoTime());
    } else if (relay.isUp()) {
      relayAcknowledged = loop.nanoTime();
      host.relay(LinkCodec.encode(new Ack(header(null))));
    }
  }

  // ---- Choosing the path; under the lock

  private void decide(Steps steps, @Nullable CloseReason cause) {
    long now = loop.nanoTime();
    if (state != LinkState.ESTABLISHED) {
      return;
    }
    takeOver(now, steps);
    DirectPath path = direct;
    if (path != null && trust(path, now)) {
      steps.add(() -> host.trusted(path.channel()));
    }
    boolean relayable = relay.isUp() && mayRelay;
    boolean trusted = path != null && path.state() == DirectState.ACTIVE;
    boolean proven = path != null && path.state() != DirectState.OPEN;
    Route next;
    if (relayable && !(preferDirect && trusted)) {
      next = Route.RELAY;
    } else {
      // Nothing better than a doubtful channel: it may heal.
      next = proven ? Route.DIRECT : Route.NONE;
    }
    DirectPath through = next == Route.DIRECT ? path : null;
    if (next != route || through != routed) {
      LOG.debug("frames to {}: {} instead of {}", peerId, next, route);
      boolean news = next != route;
      route = next;
      routed = through;
      cutter.rewind();
      relay.clear();
      if (news) {
        Path told = pathNow();
        steps.add(() -> host.pathChanged(told, cause));
      }
    }
    pump();
  }

  /** A newer channel that has proven itself takes the place of the one before it. */
  private void takeOver(long now, Steps steps) {
    DirectPath newer = standby;
    if (newer != null && trust(newer, now)) {
      direct = newer;
      standby = null;
      steps.add(() -> host.trusted(newer.channel()));
    }
  }

  private static boolean trust(DirectPath path, long now) {
    if (path.state() != DirectState.PROVING || !path.isStable(now)) {
      return false;
    }
    path.activate(now);
    return true;
  }

  private @Nullable Path pathNow() {
    return switch (route) {
      case NONE -> null;
      case DIRECT -> Path.P2P;
      case RELAY -> Path.ROUTER;
    };
  }

  private void suspect(DirectPath path, CloseReason cause, Steps steps) {
    if (path.state() == DirectState.SUSPECT) {
      return;
    }
    if (path == direct && standby != null) {
      // The one that is about to take over may be better.
      DirectPath newer = standby;
      standby = path;
      direct = newer;
    }
    LOG.debug("the direct link to {} is suspect: {}", peerId, cause.message());
    relapsed(path);
    path.suspect(loop.nanoTime());
    armTick();
    decide(steps, cause);
  }

  private void relapsed(DirectPath path) {
    boolean lasted =
        path.state() == DirectState.ACTIVE
            && loop.nanoTime() - path.since() >= options.stability().max().toNanos();
    relapses = lasted ? 1 : relapses + 1;
  }

  // ---- Time

  /** Under the lock, by any thread. */
  private void armTick() {
    if (state == LinkState.CLOSED || (tick != null && !tickIsSlow)) {
      return;
    }
    cancel(tick);
    scheduleTick(TICK, false);
  }

  private void scheduleTick(Duration delay, boolean slow) {
    tickIsSlow = slow;
    tickDue = loop.nanoTime() + delay.toNanos();
    tick = loop.schedule(delay, this::ticked);
  }

  private void ticked() {
    Steps steps = new Steps();
    lock.lock();
    try {
      tick = null;
      if (state == LinkState.CLOSED) {
        return;
      }
      long now = loop.nanoTime();
      watchGreeting(now);
      watchDirect(now, steps);
      watchRelay(now);
      watchLife(now, steps);
      DirectPath path = direct;
      boolean busy =
          state == LinkState.GREETING
              || !window.isEmpty()
              || (path != null
                  && (path.state() != DirectState.ACTIVE || path.monitor().isWaiting()));
      if (tick == null && busy) {
        scheduleTick(TICK, false);
      } else if (tick == null && path != null) {
        scheduleTick(options.heartbeatInterval(), true);
      }
    } finally {
      lock.unlock();
    }
    steps.run();
  }

  private void watchGreeting(long now) {
    if (state == LinkState.GREETING && now - nextHello >= 0) {
      hellos++;
      // A peer that never answers is asked ever more seldom.
      nextHello = now + (options.helloInterval().toNanos() << Math.min(hellos, 6));
      sayHello(null, false);
      DirectPath path = direct;
      if (path != null) {
        sayHello(path, false);
      }
    }
  }

  private void watchDirect(long now, Steps steps) {
    boolean slept = now - tickDue >= 2 * TICK.toNanos();
    for (DirectPath path : new @Nullable DirectPath[] {direct, standby}) {
      if (path != null) {
        if (slept) {
          // This process stood still, and receipts may be waiting to be read.
          path.monitor().forgive(now);
        }
        watch(path, now, steps);
      }
    }
    decide(steps, null);
  }

  private void watch(DirectPath path, long now, Steps steps) {
    PathMonitor monitor = path.monitor();
    if (path.hasRefused()) {
      suspect(
          path,
          CloseReason.of(Code.CHANNEL_CLOSED, "the channel to " + peerId + " takes nothing"),
          steps);
    } else if (path.state() != DirectState.OPEN && monitor.isSilent(now)) {
      suspect(
          path,
          CloseReason.of(
              Code.SILENT,
              "no receipt of "
                  + peerId
                  + " for "
                  + Duration.ofNanos(monitor.limit()).toMillis()
                  + " ms"),
          steps);
    }
    Duration patience = monitor.isProven() ? grace : openTimeout;
    boolean doubtful = path.state() == DirectState.SUSPECT || path.state() == DirectState.OPEN;
    if (doubtful && now - path.since() >= patience.toNanos()) {
      CloseReason cause =
          CloseReason.of(
              Code.SILENT,
              "nothing came through to " + peerId + " for " + patience.toMillis() + " ms");
      steps.add(() -> host.failed(path.channel(), cause));
      return;
    }
    Duration heartbeat =
        path.state() == DirectState.ACTIVE ? options.heartbeatInterval() : TICK.multipliedBy(2);
    if (!monitor.isWaiting() && now - monitor.lastSent() >= heartbeat.toNanos()) {
      path.send(new Ping(header(path)), now);
    }
  }

  private void watchRelay(long now) {
    if (route == Route.RELAY && relay.isOverdue(now)) {
      LOG.debug("an envelope to {} is not acknowledged; sending it again", peerId);
      relay.timedOut();
      cutter.rewind();
    }
    if (barrier >= window.first() && barrier >= 0 && route == Route.DIRECT) {
      if (barrierExpired(now)) {
        DirectPath path = direct;
        if (path != null && path.send(new Barrier(header(path), barrier), now)) {
          cutter.sentTo(barrier + 1);
        }
      } else if (now - barrierSent >= options.relayTimeout().toNanos()) {
        relayBarrier(now);
      }
    }
    pump();
  }

  private boolean barrierExpired(long now) {
    return !relay.isUp() || now - barrierSince >= options.barrierTimeout().toNanos();
  }

  private void watchLife(long now, Steps steps) {
    long since = lastHeard - lastProgress > 0 ? lastHeard : lastProgress;
    if (!window.isEmpty() && now - since >= options.lifetime().toNanos()) {
      CloseReason cause =
          CloseReason.of(
              Code.SILENT,
              peerId
                  + " could not be reached on any path for "
                  + options.lifetime().toMillis()
                  + " ms");
      forgetAll(steps, cause);
      becomePlain(steps, cause);
    }
  }

  @Override
  public String toString() {
    lock.lock();
    try {
      return "link to "
          + peerId
          + ": "
          + state
          + ", "
          + route
          + ", unacknowledged "
          + window.first()
          + " to "
          + window.next()
          + ", next "
          + cutter.cursor()
          + ", expected "
          + receive.expected()
          + (direct == null ? "" : ", direct " + direct)
          + (standby == null ? "" : ", standby " + standby)
          + (relay.isUp() ? ", relay up" : "");
    } finally {
      lock.unlock();
    }
  }

  /** What is to be done when the lock is free again. */
  private static final class Steps {
    private final List<Runnable> steps = new ArrayList<>(2);

    void add(Runnable step) {
      steps.add(step);
    }

    void run() {
      steps.forEach(Runnable::run);
    }
  }
}

package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerLinkOptions;

/**
 * The data channels to the peer, how far each is trusted, and the choice between them and the
 * router. Guarded by the link's lock.
 */
final class Paths {

  private static final Logger LOG = LoggerFactory.getLogger(Paths.class);

  /** Ends of a channel that say nothing about whether the next one lasts. */
  private static final Set<Code> ON_PURPOSE =
      Set.of(
          Code.LOCAL_CLOSE,
          Code.REMOTE_CLOSE,
          Code.REPLACED,
          Code.EVICTED,
          Code.IDLE,
          Code.RECONNECT_REQUESTED,
          Code.PEER_RESTARTED);

  private static final long SHORTEST_LOOK = Duration.ofMillis(1).toNanos();

  private final LinkContext context;
  private final PeerLinkOptions options;
  private final LinkHost host;
  private final Standing standing;
  private final Speaker speaker;
  private final Ticker ticker;
  private final RelayPath relay;
  private final Outflow outflow;
  private @Nullable DirectPath direct;

  /**
   * Takes over when it has proven itself: a newer channel, or the one before when the newer one has
   * not proven itself yet.
   */
  private @Nullable DirectPath standby;

  private int relapses;

  Paths(
      LinkContext context,
      Standing standing,
      Speaker speaker,
      Ticker ticker,
      RelayPath relay,
      Outflow outflow) {
    this.context = context;
    this.options = context.options();
    this.host = context.host();
    this.standing = standing;
    this.speaker = speaker;
    this.ticker = ticker;
    this.relay = relay;
    this.outflow = outflow;
  }

  @Nullable DirectPath direct() {
    return direct;
  }

  @Nullable DirectPath of(@Nullable PeerChannel channel) {
    DirectPath first = direct;
    DirectPath second = standby;
    if (first != null && first.channel() == channel) {
      return first;
    }
    return second != null && second.channel() == channel ? second : null;
  }

  // ---- Channels come and go

  DirectPath attach(PeerChannel channel) {
    DirectPath path = new DirectPath(channel, options, context.now());
    DirectPath before = direct;
    leave(standby);
    if (before != null && before.state() == DirectState.ACTIVE) {
      standby = path;
    } else {
      standby = before;
      direct = path;
    }
    return path;
  }

  private static void leave(@Nullable DirectPath path) {
    if (path != null) {
      path.leave();
    }
  }

  void detach(PeerChannel channel, CloseReason cause, Steps steps) {
    DirectPath path = of(channel);
    if (path == null) {
      return;
    }
    path.leave();
    if (path == standby) {
      standby = null;
      return;
    }
    if (path.state() == DirectState.ACTIVE && !ON_PURPOSE.contains(cause.code())) {
      relapsed(path);
    }
    direct = standby;
    standby = null;
    decide(steps, cause);
  }

  /** The peer lives anew: channels on which the life before has spoken end with it. */
  void peerRestarted(long lifeBefore, CloseReason cause, Steps steps) {
    DirectPath first = endIfSpokenBy(lifeBefore, direct, cause, steps);
    DirectPath second = endIfSpokenBy(lifeBefore, standby, cause, steps);
    direct = first == null ? second : first;
    standby = first == null ? null : second;
  }

  private @Nullable DirectPath endIfSpokenBy(
      long life, @Nullable DirectPath path, CloseReason cause, Steps steps) {
    if (path == null || path.spokenBy() != life) {
      return path;
    }
    path.leave();
    steps.add(() -> host.failed(path.channel(), cause));
    return null;
  }

  void end() {
    leave(direct);
    leave(standby);
    direct = null;
    standby = null;
  }

  // ---- What they show

  void connectivity(PeerChannel channel, boolean connected, Steps steps) {
    DirectPath path = of(channel);
    if (path == null) {
      return;
    }
    path.disconnected(!connected);
    if (!connected) {
      suspect(
          path,
          CloseReason.of(
              Code.ICE_FAILED, "packets to " + context.peerId() + " stay without an answer"),
          steps);
    } else if (path.state() == DirectState.SUSPECT) {
      speaker.ping(path);
      ticker.arm();
    }
  }

  void receipt(DirectPath path, int count, long now, Steps steps) {
    if (!path.monitor().receipt(count, now)) {
      return;
    }
    switch (path.state()) {
      case OPEN -> path.prove(now, hold());
      case SUSPECT -> {
        if (!path.isDisconnected() && !path.monitor().isSilent(now)) {
          path.prove(now, hold());
          speaker.ping(path);
        }
      }
      case PROVING, ACTIVE -> {}
    }
    decide(steps, null);
  }

  private Duration hold() {
    return relapses == 0 ? Duration.ZERO : options.stability().delay(relapses, context.random());
  }

  private void suspect(DirectPath path, CloseReason cause, Steps steps) {
    if (path.state() == DirectState.SUSPECT) {
      return;
    }
    DirectPath other = standby;
    if (path == direct && other != null && isAlive(other)) {
      standby = path;
      direct = other;
    }
    LOG.debug("the direct link to {} is suspect: {}", context.peerId(), cause.message());
    relapsed(path);
    path.suspect(context.now());
    steps.add(() -> host.doubted(path.channel(), cause));
    ticker.arm();
    decide(steps, cause);
  }

  private static boolean isAlive(DirectPath path) {
    return path.state() == DirectState.PROVING || path.state() == DirectState.ACTIVE;
  }

  private void relapsed(DirectPath path) {
    boolean lasted =
        path.state() == DirectState.ACTIVE
            && context.now() - path.since() >= options.stability().max().toNanos();
    relapses = lasted ? 1 : relapses + 1;
  }

  // ---- The choice

  void decide(Steps steps, @Nullable CloseReason cause) {
    long now = context.now();
    if (!standing.is(LinkState.ESTABLISHED)) {
      return;
    }
    takeOver(now, steps);
    DirectPath path = direct;
    if (path != null && trust(path, now)) {
      steps.add(() -> host.trusted(path.channel()));
    }
    if (relay.isUp() && context.mayRelay() && !(context.p2p().preferP2P() && isTrusted(path))) {
      take(Route.RELAY, null, steps, cause);
    } else {
      // Nothing better than a doubtful channel: it may heal.
      DirectPath best = hasCarried(path) ? path : hasCarried(standby) ? standby : null;
      take(best == null ? Route.NONE : Route.DIRECT, best, steps, cause);
    }
    outflow.pump();
  }

  private static boolean isTrusted(@Nullable DirectPath path) {
    return path != null && path.state() == DirectState.ACTIVE;
  }

  private static boolean hasCarried(@Nullable DirectPath path) {
    return path != null && path.state() != DirectState.OPEN;
  }

  private void take(
      Route next, @Nullable DirectPath through, Steps steps, @Nullable CloseReason cause) {
    if (!outflow.isRouted(next, through)) {
      outflow.route(next, through);
      PeerChannel channel = through == null ? null : through.channel();
      steps.add(() -> host.pathChanged(next.path(), channel, cause));
    }
  }

  /** One that has proven itself takes over; the other stays until its owner closes it. */
  private void takeOver(long now, Steps steps) {
    DirectPath proven = standby;
    if (proven != null && trust(proven, now)) {
      standby = direct;
      direct = proven;
      steps.add(() -> host.trusted(proven.channel()));
    }
  }

  private static boolean trust(DirectPath path, long now) {
    if (path.state() != DirectState.PROVING || !path.isStable(now)) {
      return false;
    }
    path.activate(now);
    return true;
  }

  // ---- Time

  void watch(long now, Steps steps) {
    boolean slept = ticker.isLate(now);
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
    if (path.hasFailed()) {
      suspect(
          path,
          CloseReason.of(
              Code.CHANNEL_CLOSED, "the channel to " + context.peerId() + " takes nothing"),
          steps);
    } else if (path.state() != DirectState.OPEN && monitor.isSilent(now)) {
      suspect(path, silence("no receipt of ", Duration.ofNanos(monitor.limit())), steps);
    }
    Duration patience =
        monitor.isProven() ? context.p2p().disconnectGrace() : context.p2p().connectTimeout();
    boolean doubtful = path.state() == DirectState.SUSPECT || path.state() == DirectState.OPEN;
    if (doubtful && now - path.since() >= patience.toNanos()) {
      CloseReason cause = silence("nothing came through to ", patience);
      steps.add(() -> host.failed(path.channel(), cause));
      return;
    }
    if (!monitor.isWaiting() && now - monitor.lastSent() >= heartbeatNanos(path)) {
      speaker.ping(path);
    }
  }

  private long heartbeatNanos(DirectPath path) {
    if (path.state() != DirectState.ACTIVE) {
      return 2 * Ticker.TICK.toNanos();
    }
    long interval = context.heartbeatNanos();
    // Sides that asked at the same time would do so again and again, and answer each other twice.
    return standing.asksFirst() ? interval : interval + interval / 4;
  }

  /**
   * The peer asks whether this side is there. Where this side would ask soon as well, it asks in
   * its answer: three messages do for both then, rather than four.
   *
   * @return whether that is answered
   */
  boolean answerWithHeartbeat(DirectPath path, long now) {
    PathMonitor monitor = path.monitor();
    if (path.isGone()
        || path.state() != DirectState.ACTIVE
        || monitor.isWaiting()
        || now - monitor.lastSent() < context.heartbeatNanos() / 2) {
      return false;
    }
    speaker.ping(path);
    ticker.arm();
    return true;
  }

  /** When to ask next whether an idle channel lives; null when there is none. */
  @Nullable Duration untilNextHeartbeat(long now) {
    long soonest = Long.MAX_VALUE;
    for (DirectPath path : new @Nullable DirectPath[] {direct, standby}) {
      if (path != null) {
        soonest = Math.min(soonest, path.monitor().lastSent() + heartbeatNanos(path) - now);
      }
    }
    return soonest == Long.MAX_VALUE
        ? null
        : Duration.ofNanos(Math.max(soonest, Ticker.TICK.toNanos()));
  }

  private CloseReason silence(String what, Duration time) {
    return CloseReason.of(Code.SILENT, what + context.peerId() + " for " + time.toMillis() + " ms");
  }

  /** Whether a channel needs to be looked at often. */
  boolean isBusy() {
    DirectPath path = direct;
    return path != null && (path.state() != DirectState.ACTIVE || path.monitor().isWaiting());
  }

  /** When to look next at channels that are looked at often: no later than one may fall silent. */
  Duration untilNextLook(long now) {
    long soonest = Ticker.TICK.toNanos();
    for (DirectPath path : new @Nullable DirectPath[] {direct, standby}) {
      if (path != null && isAlive(path)) {
        soonest = Math.min(soonest, path.monitor().nanosUntilSilent(now));
      }
    }
    return Duration.ofNanos(Math.max(soonest, SHORTEST_LOOK));
  }

  @Override
  public String toString() {
    return (direct == null ? "no channel" : "direct " + direct)
        + (standby == null ? "" : ", standby " + standby);
  }
}

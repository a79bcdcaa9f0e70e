package to.clasp.hybrid.link;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerLinkOptions;

/**
 * The data channels to the peer, how far each is trusted, and the choice between them and the
 * router. Guarded by the link's lock.
 */
final class Paths {

  private static final Logger LOG = LoggerFactory.getLogger(Paths.class);

  private final LinkContext context;
  private final PeerLinkOptions options;
  private final LinkHost host;
  private final Standing standing;
  private final Speaker speaker;
  private final Ticker ticker;
  private final RelayPath relay;
  private final Outflow outflow;
  private @Nullable DirectPath direct;

  /** A newer channel, which takes over when it has proven itself. */
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
    if (before != null && before.state() == DirectState.ACTIVE) {
      leave(standby);
      standby = path;
    } else {
      leave(before);
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
    if (path.state() == DirectState.ACTIVE) {
      relapsed(path);
    }
    direct = standby;
    standby = null;
    decide(steps, cause);
  }

  /** The peer lives anew: channels to the life before end with it, but for one. */
  void peerRestarted(@Nullable DirectPath kept, CloseReason cause, Steps steps) {
    for (DirectPath other : new @Nullable DirectPath[] {direct, standby}) {
      if (other != null && other != kept) {
        other.leave();
        steps.add(() -> host.failed(other.channel(), cause));
      }
    }
    direct = kept;
    standby = null;
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
    if (path == direct && standby != null) {
      // The one that is about to take over may be better.
      DirectPath newer = standby;
      standby = path;
      direct = newer;
    }
    LOG.debug("the direct link to {} is suspect: {}", context.peerId(), cause.message());
    relapsed(path);
    path.suspect(context.now());
    ticker.arm();
    decide(steps, cause);
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
    Route next = choose(path);
    DirectPath through = next == Route.DIRECT ? path : null;
    if (!outflow.isRouted(next, through)) {
      boolean news = next != outflow.route();
      outflow.route(next, through);
      if (news) {
        Path told = next.path();
        steps.add(() -> host.pathChanged(told, cause));
      }
    }
    outflow.pump();
  }

  private Route choose(@Nullable DirectPath path) {
    boolean trusted = path != null && path.state() == DirectState.ACTIVE;
    if (relay.isUp() && context.mayRelay() && !(context.p2p().preferP2P() && trusted)) {
      return Route.RELAY;
    }
    // Nothing better than a doubtful channel: it may heal.
    return path != null && path.state() != DirectState.OPEN ? Route.DIRECT : Route.NONE;
  }

  /** A newer channel that has proven itself takes the place of the one before it. */
  private void takeOver(long now, Steps steps) {
    DirectPath newer = standby;
    if (newer != null && trust(newer, now)) {
      leave(direct);
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
    if (path.hasRefused()) {
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
    Duration heartbeat =
        path.state() == DirectState.ACTIVE
            ? options.heartbeatInterval()
            : Ticker.TICK.multipliedBy(2);
    if (!monitor.isWaiting() && now - monitor.lastSent() >= heartbeat.toNanos()) {
      speaker.ping(path);
    }
  }

  private CloseReason silence(String what, Duration time) {
    return CloseReason.of(Code.SILENT, what + context.peerId() + " for " + time.toMillis() + " ms");
  }

  /** Whether a channel needs to be looked at often. */
  boolean isBusy() {
    DirectPath path = direct;
    return path != null && (path.state() != DirectState.ACTIVE || path.monitor().isWaiting());
  }

  @Override
  public String toString() {
    return (direct == null ? "no channel" : "direct " + direct)
        + (standby == null ? "" : ", standby " + standby);
  }
}

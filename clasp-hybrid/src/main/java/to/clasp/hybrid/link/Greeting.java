package to.clasp.hybrid.link;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import to.clasp.hybrid.link.LinkMessage.Bye;
import to.clasp.hybrid.link.LinkMessage.Header;
import to.clasp.hybrid.link.LinkMessage.Hello;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;

/**
 * How the two sides come to know each other, and notice that one of them lives anew. On the loop,
 * under the link's lock.
 */
final class Greeting {

  private final LinkContext context;
  private final LinkHost host;
  private final Standing standing;
  private final Speaker speaker;
  private final Ticker ticker;
  private final SendWindow window;
  private final Inflow inflow;
  private final Acknowledging acknowledging;
  private final Outflow outflow;
  private final Paths paths;
  private final long interval;
  private long since;
  private long next;
  private int hellos;
  private long greetedStranger;

  Greeting(
      LinkContext context,
      Standing standing,
      Speaker speaker,
      Ticker ticker,
      SendWindow window,
      Inflow inflow,
      Acknowledging acknowledging,
      Outflow outflow,
      Paths paths) {
    this.context = context;
    this.host = context.host();
    this.standing = standing;
    this.speaker = speaker;
    this.ticker = ticker;
    this.window = window;
    this.inflow = inflow;
    this.acknowledging = acknowledging;
    this.outflow = outflow;
    this.paths = paths;
    this.interval = context.options().helloInterval().toNanos();
    this.next = context.now();
    this.greetedStranger = context.now() - interval;
  }

  /** From now on the peer is greeted until it answers. */
  void begin() {
    standing.move(LinkState.GREETING);
    hellos = 0;
    since = context.now();
    next = context.now() + interval;
    ticker.arm();
  }

  // ---- The peer speaks

  /** A message of another life of either side: they have to greet each other. */
  void stranger(LinkMessage message, @Nullable DirectPath path, long now) {
    host.dropped();
    if (!(message instanceof Bye) && mayGreetStranger(now)) {
      if (standing.is(LinkState.PLAIN)) {
        begin();
      }
      speaker.hello(path, false);
    }
  }

  /** A peer that we had given up is there, and has not noticed. */
  void back(@Nullable DirectPath path) {
    begin();
    speaker.hello(path, false);
  }

  private boolean mayGreetStranger(long now) {
    if (now - greetedStranger < interval) {
      return false;
    }
    greetedStranger = now;
    return true;
  }

  /**
   * The peer says what it expects. When it expects what we have given up, it has not heard of that
   * yet, and would wait for it for ever.
   */
  void acknowledged(Header header, @Nullable DirectPath path, long now, Steps steps) {
    outflow.acknowledged(header.ack(), now, steps);
    if (header.ack() >= outflow.first()) {
      standing.peerKnowsUs(true);
      establish(steps);
    } else if (!standing.peerKnowsUs() && mayGreetStranger(now)) {
      speaker.hello(path, false);
    }
  }

  /** False if it is of an older life. */
  boolean hello(Hello hello, @Nullable DirectPath path, long now, Steps steps) {
    Header header = hello.header();
    if (header.to() > standing.epoch()) {
      if (!standing.is(LinkState.ESTABLISHED)) {
        standing.outlive(header.to());
        speaker.hello(path, false);
      } else if (header.from() == standing.peerEpoch()) {
        // Somebody has greeted it in our name. It will not listen until we have given up.
        return false;
      }
    }
    if (header.from() < standing.peerEpoch()) {
      // An older life; or a new one whose clock went back, which learns of it by the answer.
      if (mayGreetStranger(now)) {
        speaker.hello(path, true);
      }
      return false;
    }
    if (header.from() != standing.peerEpoch()) {
      anotherLife(hello, steps);
    }
    if (standing.is(LinkState.PLAIN)) {
      begin();
    }
    window.peerKeeps(hello.maxFrames(), hello.maxBytes());
    if (header.to() == standing.epoch()) {
      acknowledged(header, path, now, steps);
    }
    if (!hello.answer()) {
      speaker.hello(path, true);
    } else if (header.to() == standing.epoch()) {
      acknowledging.at(path);
    }
    return true;
  }

  private void anotherLife(Hello hello, Steps steps) {
    long before = standing.peerEpoch();
    standing.peerEpoch(hello.header().from());
    inflow.restart(hello.first());
    acknowledging.restart();
    if (before == 0) {
      return;
    }
    if (standing.is(LinkState.ESTABLISHED)) {
      begin();
    }
    CloseReason cause =
        CloseReason.of(Code.PEER_RESTARTED, context.peerId() + " has been started anew");
    steps.add(host::restarted);
    outflow.peerRestarted(cause, steps);
    paths.peerRestarted(before, cause, steps);
    steps.add(() -> host.pathChanged(null, null, cause));
    steps.add(host::stateChanged);
    outflow.freeRoom(steps);
  }

  /** Both sides know each other: frames are numbered from now on. */
  void establish(Steps steps) {
    if (!standing.is(LinkState.GREETING) || standing.peerEpoch() == 0 || !standing.peerKnowsUs()) {
      return;
    }
    standing.move(LinkState.ESTABLISHED);
    steps.add(host::stateChanged);
    outflow.begin(context.now());
    paths.decide(steps, null);
  }

  /** Frames travel plainly again; those that were not acknowledged are given up. */
  void becomePlain(CloseReason cause, Steps steps) {
    outflow.giveUp(cause, steps);
    if (standing.is(LinkState.PLAIN) || standing.is(LinkState.CLOSED)) {
      return;
    }
    standing.move(LinkState.PLAIN);
    standing.peerKnowsUs(false);
    if (outflow.route() != Route.NONE) {
      outflow.unroute();
      steps.add(() -> host.pathChanged(null, null, cause));
    }
    steps.add(host::stateChanged);
    outflow.freeRoom(steps);
  }

  // ---- Time

  /** Whether the peer has been greeted for so long in vain. */
  boolean isVain(long now, long patience) {
    return standing.is(LinkState.GREETING)
        && now - since >= patience
        && now - standing.lastHeard() >= patience;
  }

  /** How long until the peer is greeted again; null when it is not. */
  @Nullable Duration untilNext(long now) {
    return standing.is(LinkState.GREETING) ? Duration.ofNanos(Math.max(0, next - now)) : null;
  }

  void watch(long now) {
    if (standing.is(LinkState.GREETING) && now - next >= 0) {
      hellos++;
      // A peer that never answers is asked ever more seldom.
      next = now + (interval << Math.min(hellos, 6));
      speaker.hello(null, false);
      DirectPath path = paths.direct();
      if (path != null) {
        speaker.hello(path, false);
      }
    }
  }
}

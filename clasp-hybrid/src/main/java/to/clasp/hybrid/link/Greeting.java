package to.clasp.hybrid.link;

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
  private final ReceiveWindow receive;
  private final Inflow inflow;
  private final Acknowledging acknowledging;
  private final Outflow outflow;
  private final Paths paths;
  private final long interval;
  private long next;
  private int hellos;
  private long greetedStranger;

  Greeting(
      LinkContext context,
      Standing standing,
      Speaker speaker,
      Ticker ticker,
      SendWindow window,
      ReceiveWindow receive,
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
    this.receive = receive;
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
    next = context.now() + interval;
    ticker.arm();
  }

  // ---- The peer speaks

  /** A message of another life of either side: they have to greet each other. */
  void stranger(LinkMessage message, @Nullable DirectPath path, long now) {
    host.dropped();
    if (!(message instanceof Bye) && now - greetedStranger >= interval) {
      greetedStranger = now;
      if (standing.is(LinkState.PLAIN)) {
        begin();
      }
      speaker.hello(path, false);
    }
  }

  void hello(Hello hello, @Nullable DirectPath path, long now, Steps steps) {
    Header header = hello.header();
    if (Long.compareUnsigned(header.from(), standing.peerEpoch()) < 0) {
      // An older life; or a new one whose clock went back, which learns of it by the answer.
      speaker.hello(path, true);
      return;
    }
    if (!standing.is(LinkState.ESTABLISHED)
        && Long.compareUnsigned(header.to(), standing.epoch()) > 0) {
      // The peer knows a later life of ours: our clock went back.
      standing.epoch(header.to() + 1);
      speaker.hello(path, false);
    }
    if (header.from() != standing.peerEpoch()) {
      anotherLife(hello, path, steps);
    } else {
      steps.add(() -> inflow.skipTo(hello.first(), path));
    }
    if (standing.is(LinkState.PLAIN)) {
      begin();
    }
    window.peerKeeps(hello.maxFrames(), hello.maxBytes());
    if (header.to() == standing.epoch()) {
      standing.peerKnowsUs(true);
      outflow.acknowledged(header.ack(), now, steps);
    }
    if (!hello.answer()) {
      speaker.hello(path, true);
    } else if (header.to() == standing.epoch()) {
      acknowledging.at(path);
    }
    establish(steps);
  }

  private void anotherLife(Hello hello, @Nullable DirectPath path, Steps steps) {
    boolean restarted = standing.peerEpoch() != 0;
    standing.peerEpoch(hello.header().from());
    receive.restart(hello.first());
    if (!restarted) {
      return;
    }
    if (standing.is(LinkState.ESTABLISHED)) {
      standing.move(LinkState.GREETING);
      next = context.now() + interval;
    }
    CloseReason cause =
        CloseReason.of(Code.PEER_RESTARTED, context.peerId() + " has been started anew");
    steps.add(host::restarted);
    outflow.peerRestarted(cause, steps);
    paths.peerRestarted(path, cause, steps);
    steps.add(() -> host.pathChanged(null, cause));
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
      steps.add(() -> host.pathChanged(null, cause));
    }
    steps.add(host::stateChanged);
    outflow.freeRoom(steps);
  }

  // ---- Time

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

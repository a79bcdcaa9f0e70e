package to.clasp.hybrid.link;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.Reliability;

/**
 * Two links, and the two ways between them: data channels that come and go, keep order and lose
 * nothing while they last; and a router that keeps order, and loses what a test wants it to lose.
 * Time is the test's.
 */
final class LinkPair {

  static final SendResult PLAIN = SendResult.ROUTER;

  private static final byte DATA = 0x13;
  private static final byte PING = 0x17;

  final ManualEventLoop loop = new ManualEventLoop();
  final RandomGenerator random;
  final Side a;
  final Side b;

  private Duration directDelay = Duration.ofMillis(1);
  private Duration relayDelay = Duration.ofMillis(2);
  private @Nullable Wire wire;

  LinkPair(RandomGenerator random, P2POptions options) {
    this(random, options, options);
  }

  LinkPair(RandomGenerator random, P2POptions optionsOfA, P2POptions optionsOfB) {
    this.random = random;
    this.a = new Side("a", optionsOfA);
    this.b = new Side("b", optionsOfB);
    a.other = b;
    b.other = a;
  }

  void delays(Duration direct, Duration relayed) {
    directDelay = direct;
    relayDelay = relayed;
  }

  /** Both sides know that the other speaks the link layer, and the router serves. */
  LinkPair meet() {
    a.link.relayIs(true);
    b.link.relayIs(true);
    a.link.greet();
    b.link.greet();
    advance(Duration.ofMillis(20));
    return this;
  }

  /** A data channel opens at both sides; one before it stays until it is not needed. */
  Wire connect() {
    Wire fresh = new Wire();
    wire = fresh;
    fresh.toB.openAt(a);
    fresh.toA.openAt(b);
    return fresh;
  }

  @Nullable Wire wire() {
    return wire;
  }

  void advance(Duration time) {
    loop.advance(time);
  }

  void advanceMillis(long millis) {
    loop.advance(Duration.ofMillis(millis));
  }

  /** Lets time pass until all is acknowledged, or far too much of it has passed. */
  void settle() {
    for (int i = 0; i < 200 && !(a.link.isDrained() && b.link.isDrained()); i++) {
      advanceMillis(100);
    }
  }

  /** A numbered frame. */
  static Frame frame(int number) {
    return Frame.of(SetMessage.of("/peer/x/n", Value.of(number)));
  }

  static Frame large(int number, int size) {
    return Frame.of(
        PublishMessage.of(
            "/peer/x/large",
            SignalType.EVENT,
            Value.of((Object) List.of(number, "x".repeat(size)))));
  }

  static int numberOf(Frame frame) {
    Value value =
        frame.message() instanceof SetMessage set
            ? set.value()
            : ((PublishMessage) frame.message()).value();
    Value number = value instanceof Value.Array array ? array.items().get(0) : value;
    return (int) ((Value.Int64) Objects.requireNonNull(number)).value();
  }

  /** One end of a data channel: what it sends arrives at the other side. */
  final class End implements PeerChannel {
    private final Wire wire;
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private @Nullable Side from;
    private boolean busy;
    boolean refusing;
    boolean throwing;
    boolean loseContent;
    boolean silent;
    int messages;
    int dataMessages;
    int largest;

    End(Wire wire) {
      this.wire = wire;
    }

    void openAt(Side side) {
      from = side;
      side.link.attach(this);
    }

    @Override
    public String label() {
      return "clasp-reliable";
    }

    @Override
    public Reliability reliability() {
      return Reliability.RELIABLE;
    }

    @Override
    public int maxMessageSize() {
      return 65_536;
    }

    @Override
    public long bufferedAmount() {
      return held.size();
    }

    @Override
    public boolean isIdle() {
      return !busy && !wire.closed;
    }

    @Override
    public boolean send(byte[] message) {
      if (throwing) {
        throw new IllegalStateException("thrown by a test on purpose");
      }
      if (wire.closed || refusing) {
        return false;
      }
      messages++;
      dataMessages += message[1] == DATA ? 1 : 0;
      largest = Math.max(largest, message.length);
      busy = true;
      loop.execute(
          () -> {
            busy = false;
            Objects.requireNonNull(from).link.drained(this);
          });
      held.add(message);
      loop.schedule(directDelay, this::arrive);
      return true;
    }

    private void arrive() {
      while (!silent && !wire.closed && !held.isEmpty()) {
        arriveOne();
      }
    }

    /** The oldest of what is held. */
    void arriveOne() {
      Side sender = Objects.requireNonNull(from);
      byte[] message = held.remove();
      if (loseContent && message[1] == DATA) {
        // As if the other side had received it, and then not taken it.
        message = Arrays.copyOf(message, LinkCodec.HEADER_BYTES);
        message[1] = PING;
      }
      sender.other().link.received(message, wire.endOf(sender.other()));
    }

    void heal() {
      silent = false;
      loop.execute(this::arrive);
    }
  }

  /** A direct link: two ends. */
  final class Wire {
    final End toB = new End(this);
    final End toA = new End(this);
    boolean closed;

    End endOf(Side side) {
      return side == a ? toB : toA;
    }

    void silence(boolean towardsA, boolean towardsB) {
      toA.silent |= towardsA;
      toB.silent |= towardsB;
    }

    void heal() {
      toA.heal();
      toB.heal();
    }

    /** What is under way is lost; each side notices when it does. */
    void close(Duration noticedByA, Duration noticedByB) {
      closed = true;
      CloseReason cause = CloseReason.of(Code.CHANNEL_CLOSED, "closed by the test");
      loop.schedule(noticedByA, () -> a.link.detach(toB, cause));
      loop.schedule(noticedByB, () -> b.link.detach(toA, cause));
    }
  }

  /** One side, and what it has heard. */
  final class Side implements LinkHost {
    final String name;
    final P2POptions options;
    PeerLink link;
    final List<Integer> received = new ArrayList<>();
    final List<Integer> plain = new ArrayList<>();
    final List<Frame> frames = new ArrayList<>();
    final List<Path> paths = new ArrayList<>();
    final List<@Nullable Path> routes = new ArrayList<>();
    final List<@Nullable PeerChannel> channels = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    private final ArrayDeque<Runnable> underWay = new ArrayDeque<>();
    final List<Frame> expectedCopies = new ArrayList<>();
    private @Nullable Side other;
    boolean routerUp = true;
    int loseEnvelopes;
    int duplicateEnvelopes;
    Duration pace = Duration.ZERO;
    private long leavesAt;
    boolean reordering;
    boolean throwingRelay;
    boolean full;
    boolean digesting = true;
    int sent;
    int refused;
    int restarts;
    int copies;
    int envelopes;
    int largestEnvelope;
    private byte @Nullable [] last;
    int maxCopies;
    long undelivered;
    long missing;
    long dropped;
    long directFrames;
    int repeated;
    int roomAgain;
    int linkedPeers = 1;

    Side(String name, P2POptions options) {
      this.name = name;
      this.options = options;
      this.link = new PeerLink(name, options, loop, random, this);
    }

    /** The envelope that was sent last. */
    LinkMessage lastEnvelope() {
      try {
        return Objects.requireNonNull(LinkCodec.decode(Objects.requireNonNull(last).clone()));
      } catch (MalformedLinkMessageException e) {
        throw new AssertionError(e);
      }
    }

    long epoch() {
      return lastEnvelope().header().from();
    }

    /** Begins another life, whose wall clock has been moved; nothing of the one before is left. */
    void restart(Duration clock) {
      link.close(Duration.ZERO, drained -> {});
      underWay.clear();
      loop.runPending();
      link = new PeerLink(name, options, new MovedClock(loop, clock), random, this);
      if (routerUp) {
        link.relayIs(true);
      }
    }

    /** Dies without a word. */
    void crash(Duration clock) {
      boolean up = routerUp;
      routerUp = false;
      Wire last = wire;
      if (last != null) {
        last.closed = true;
      }
      restart(clock);
      routerUp = up;
      if (up) {
        link.relayIs(true);
      }
    }

    Side other() {
      return Objects.requireNonNull(other);
    }

    /** Sends the next number, unless there is no room. */
    SendResult send() {
      return send(frame(sent));
    }

    SendResult send(Frame frame) {
      SendResult result = link.send(frame, this::sendPlainly);
      if (result.isAccepted()) {
        sent++;
      } else {
        refused++;
      }
      return result;
    }

    void send(int count) {
      for (int i = 0; i < count; i++) {
        send();
      }
    }

    private SendResult sendPlainly(Frame frame) {
      if (!routerUp) {
        return SendResult.NOT_CONNECTED;
      }
      route(() -> other().hearPlainly(frame));
      return PLAIN;
    }

    /** The router keeps the order of one connection. */
    private void route(Runnable delivery) {
      underWay.add(delivery);
      long now = loop.nanoTime();
      leavesAt = Math.max(now, leavesAt + pace.toNanos());
      loop.schedule(
          relayDelay.plusNanos(leavesAt - now),
          () -> {
            Runnable next = reordering ? underWay.pollLast() : underWay.poll();
            if (next != null && other().routerUp) {
              next.run();
            }
          });
    }

    private void hearPlainly(Frame frame) {
      if (!expectedCopies.remove(frame)) {
        plain.add(numberOf(frame));
        received.add(numberOf(frame));
      }
    }

    /** The session with the router is lost, with what was under way. */
    void routerGoes() {
      routerUp = false;
      underWay.clear();
      link.relayIs(false);
    }

    void routerComes() {
      routerUp = true;
      link.relayIs(true);
    }

    @Override
    public int linkedPeers() {
      return linkedPeers;
    }

    @Override
    public boolean relay(byte[] message) {
      if (throwingRelay) {
        throw new IllegalStateException("thrown by a test on purpose");
      }
      if (!routerUp || full) {
        return false;
      }
      envelopes++;
      last = message;
      largestEnvelope = Math.max(largestEnvelope, message.length);
      if (loseEnvelopes > 0) {
        loseEnvelopes--;
        return true;
      }
      route(() -> other().link.received(message, null));
      if (duplicateEnvelopes > 0) {
        duplicateEnvelopes--;
        route(() -> other().link.received(message.clone(), null));
      }
      return true;
    }

    @Override
    public boolean mayCopy(Frame frame) {
      return copies++ < maxCopies;
    }

    @Override
    public void copy(Frame frame) {
      if (routerUp) {
        route(() -> other().hearPlainly(frame));
      }
    }

    @Override
    public void expectCopy(Frame frame) {
      expectedCopies.add(frame);
    }

    @Override
    public void deliver(Frame frame, Path path) {
      received.add(numberOf(frame));
      frames.add(frame);
      paths.add(path);
      if (!digesting) {
        throw new IllegalStateException("thrown by a test on purpose");
      }
    }

    @Override
    public void pathChanged(
        @Nullable Path path, @Nullable PeerChannel channel, @Nullable CloseReason cause) {
      routes.add(path);
      channels.add(channel);
      events.add("path " + path + (cause == null ? "" : " " + cause.code()));
    }

    @Override
    public void roomAgain() {
      roomAgain++;
    }

    @Override
    public void trusted(PeerChannel channel) {
      events.add("trusted");
    }

    @Override
    public void doubted(PeerChannel channel, CloseReason cause) {
      events.add("doubted " + cause.code());
    }

    @Override
    public void failed(PeerChannel channel, CloseReason cause) {
      events.add("failed " + cause.code());
      ((End) channel).wire.close(Duration.ZERO, Duration.ZERO);
    }

    @Override
    public void restarted() {
      restarts++;
    }

    @Override
    public void undelivered(long frames, CloseReason cause) {
      undelivered += frames;
      events.add("undelivered " + frames + " " + cause.code());
    }

    @Override
    public void missing(long first, long frames) {
      missing += frames;
      events.add("missing " + frames + " from " + first);
    }

    @Override
    public void sentDirectly(int frames, long bytes) {
      directFrames += frames;
    }

    @Override
    public void sentAgain(int frames) {
      repeated += frames;
    }

    @Override
    public void dropped() {
      dropped++;
    }

    @Override
    public void stateChanged() {
      events.add(link.isEstablished() ? "established" : "plain");
    }
  }
}

package to.clasp.transport.webrtc.link;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.webrtc.natives.FactoryLease;
import to.clasp.transport.webrtc.natives.NativeReferences;
import to.clasp.transport.webrtc.natives.RtcThread;

/**
 * One data channel with a bounded queue in each direction. Senders fill the outgoing queue; the rtc
 * thread drains it as long as libwebrtc's own buffer is short. On a channel that has been quiet a
 * sender hands its message over itself, which saves the change of threads. Native callbacks fill
 * the incoming queue; the event loop empties it.
 */
public final class DataChannel implements PeerChannel {

  private static final Logger LOG = LoggerFactory.getLogger(DataChannel.class);

  /**
   * How much libwebrtc may hold: enough to keep the network busy, little enough that what waits
   * stays ours to count and to drop. libwebrtc refuses sends beyond 16 MiB.
   */
  private static final long HIGH_WATER_BYTES = 256 * 1024;

  /** libwebrtc does not always tell when its buffer shrinks: so often it is looked at. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /**
   * Less than this is nowhere near any bound. What it is matters only to who ends the channel or
   * suspects that nothing leaves, and they {@link #look}: so heartbeats cost no more than the
   * sending of them.
   */
  private static final long LITTLE_BYTES = 16 * 1024;

  /** So often a buffer that holds little is looked at all the same. */
  private static final Duration LOOK_AGAIN_LATE = Duration.ofSeconds(5);

  /** The same while messages wait for it: a buffer that is full lasts a few of these. */
  private static final Duration LOOK_AGAIN_SOON = Duration.ofMillis(1);

  /**
   * A channel on which nothing was handed over for so long is quiet. Several times what handing
   * over takes: who sends more often than that gains by leaving it to the rtc thread, which gathers
   * what comes meanwhile.
   */
  private static final long QUIET_NANOS = 50_000;

  /** How long a sender that is within the native library is waited for at the end. */
  private static final long END_NANOS = Duration.ofSeconds(1).toNanos();

  private final RTCDataChannel channel;
  private final String label;
  private final Reliability reliability;
  private final ChannelOptions options;

  /** Whether the channel is one of those that every link has, so that its end is the link's. */
  private final boolean essential;

  private final boolean byPeer;

  /** How long a message may wait here; 0 for as long as it takes. */
  private final long lifetimeNanos;

  private final EventLoop loop;
  private final RtcThread rtc;
  private final LinkEvents events;
  private final ChannelCallbacks callbacks;
  private final int maxOutgoingBytes;
  private final int maxIncomingBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();

  // Below: guarded by the lock.
  private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
  private final ArrayDeque<byte[]> incoming = new ArrayDeque<>();

  /** When each of what is outgoing came, if there is a lifetime. */
  private final ArrayDeque<Long> waitingSince = new ArrayDeque<>();

  private long outgoingBytes;
  private long incomingBytes;
  private boolean draining;

  /** Looks again at what libwebrtc holds; null when that is not due. */
  private EventLoop.@Nullable Timer looking;

  private long lookingAt;

  /** The rtc thread is to look, with nothing to drain. */
  private boolean asking;

  /** Tells a timer that has been replaced while it waited for the lock. */
  private long lookNumber;

  private boolean wasFull;
  private boolean open;
  private boolean ended;

  /** This side is closing it: it ends when that is confirmed. */
  private boolean closing;

  private long dropped;

  /** What libwebrtc held when it was last asked, and what it got since: the most that it holds. */
  private long nativeBytes;

  /** All that libwebrtc ever got. */
  private long handedBytes;

  /** How much of that a sender is handing over just now: libwebrtc may have it or not. */
  private int bytesWithin;

  /** When libwebrtc last told what it holds, on the loop's clock. */
  private long askedAt;

  /** When a message was last handed over. */
  private long handedOverAt;

  /** A sender is handing its message over. */
  private boolean within;

  /** The state may have changed since it was last asked for. */
  private volatile boolean stateInDoubt;

  /**
   * A send was refused, and nothing has left since. Lets senders that try again and again keep off
   * the lock, which the rtc thread needs to make room.
   */
  private volatile boolean crowded;

  private volatile int maxMessageSize;

  /** When something last left for the network, on the loop's clock. */
  private volatile long lastProgress;

  DataChannel(
      RTCDataChannel channel,
      ChannelOptions options,
      boolean essential,
      boolean byPeer,
      int maxOutgoingBytes,
      int maxIncomingBytes,
      int maxMessageSize,
      EventLoop loop,
      RtcThread rtc,
      FactoryLease lease,
      LinkEvents events) {
    this.channel = channel;
    this.label = channel.getLabel();
    this.reliability = options.isReliable() ? Reliability.RELIABLE : Reliability.UNRELIABLE;
    this.options = options;
    this.essential = essential;
    this.byPeer = byPeer;
    Duration lifetime = options.maxPacketLifeTime();
    this.lifetimeNanos = lifetime == null ? 0 : lifetime.toNanos();
    this.maxOutgoingBytes = maxOutgoingBytes;
    this.maxIncomingBytes = maxIncomingBytes;
    this.maxMessageSize = maxMessageSize;
    this.loop = loop;
    this.rtc = rtc;
    this.callbacks = new ChannelCallbacks(this, lease);
    this.events = events;
    this.lastProgress = loop.nanoTime();
    this.handedOverAt = lastProgress;
    this.askedAt = lastProgress;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Reliability reliability() {
    return reliability;
  }

  @Override
  public ChannelOptions options() {
    return options;
  }

  /** Whether its end is the link's. */
  boolean isEssential() {
    return essential;
  }

  boolean isByPeer() {
    return byPeer;
  }

  @Override
  public int maxMessageSize() {
    return maxMessageSize;
  }

  void maxMessageSize(int size) {
    maxMessageSize = size;
  }

  @Override
  public long bufferedAmount() {
    lock.lock();
    try {
      return outgoingBytes + nativeBytes;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isIdle() {
    lock.lock();
    try {
      return open && !ended && !draining && outgoing.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells whether a message would be taken now; if not, {@link LinkEvents#onRoom} follows.
   *
   * @return true if so
   */
  public boolean hasRoom() {
    lock.lock();
    try {
      boolean room = open && !ended && !closing && !isFull();
      wasFull |= open && !room;
      return room;
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull() {
    return outgoingBytes + nativeBytes >= maxOutgoingBytes;
  }

  /**
   * Tells whether the channel is open.
   *
   * @return true if so
   */
  public boolean isOpen() {
    lock.lock();
    try {
      return open && !ended;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns for how long nothing seems to have left. What libwebrtc holds may be out of date, so
   * that {@link #look} is called for before this is believed.
   *
   * @param now the loop's clock
   * @return zero when nothing waits, in nanoseconds
   */
  public long stalledNanos(long now) {
    return bufferedAmount() == 0 ? 0 : now - lastProgress;
  }

  /**
   * Returns for how long nothing has left, as far as is known.
   *
   * @param now the loop's clock
   * @return zero when nothing waits, in nanoseconds; up to when libwebrtc last told, if only
   *     libwebrtc holds something
   */
  public long knownStalledNanos(long now) {
    lock.lock();
    try {
      if (outgoingBytes + nativeBytes == 0) {
        return 0;
      }
      return Math.max(0, (outgoing.isEmpty() ? askedAt : now) - lastProgress);
    } finally {
      lock.unlock();
    }
  }

  /** Asks libwebrtc soon what it holds, if it may hold anything. */
  public void look() {
    if (bufferedAmount() > 0) {
      wake(true);
    }
  }

  @Override
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean send(byte[] message) {
    if (crowded) {
      return false;
    }
    boolean start;
    boolean directly;
    lock.lock();
    try {
      if (!open || ended || closing || message.length > maxMessageSize) {
        return false;
      }
      if (isFull() && !makeRoom()) {
        wasFull = true;
        crowded = true;
        return false;
      }
      if (outgoing.isEmpty() && nativeBytes == 0) {
        lastProgress = loop.nanoTime();
      }
      directly = !draining && outgoing.isEmpty() && isQuiet();
      if (directly) {
        within = true;
        bytesWithin = message.length;
        gives(message);
      } else {
        outgoing.add(message);
        if (lifetimeNanos > 0) {
          waitingSince.add(loop.nanoTime());
        }
        outgoingBytes += message.length;
      }
      start = !draining && !directly;
      draining = true;
    } finally {
      lock.unlock();
    }
    if (directly) {
      sendDirectly(message);
    } else if (start) {
      rtc.execute(this::drain);
    }
    return true;
  }

  private boolean isQuiet() {
    return nativeBytes < HIGH_WATER_BYTES && loop.nanoTime() - handedOverAt >= QUIET_NANOS;
  }

  /** On the sender's thread. */
  private void sendDirectly(byte[] message) {
    boolean more;
    try {
      handOver(message);
    } finally {
      lock.lock();
      try {
        within = false;
        bytesWithin = 0;
        left.signalAll();
        more = !outgoing.isEmpty();
        draining = more;
        if (!more) {
          lookAgain();
        }
      } finally {
        lock.unlock();
      }
      if (more) {
        rtc.execute(this::drain);
      }
    }
  }

  /** Drops the oldest of a lossy channel. */
  private boolean makeRoom() {
    if (reliability == Reliability.RELIABLE || outgoing.isEmpty()) {
      return false;
    }
    while (isFull() && !outgoing.isEmpty()) {
      removeOldest();
      dropped++;
    }
    return !isFull();
  }

  /** Under the lock. */
  private byte[] removeOldest() {
    byte[] message = outgoing.remove();
    outgoingBytes -= message.length;
    waitingSince.poll();
    return message;
  }

  /** Under the lock: what has waited for too long is not sent. */
  private void dropExpired() {
    if (lifetimeNanos == 0) {
      return;
    }
    long now = loop.nanoTime();
    Long since = waitingSince.peek();
    while (since != null && now - since >= lifetimeNanos) {
      removeOldest();
      dropped++;
      since = waitingSince.peek();
    }
  }

  /** On the rtc thread: hands over what libwebrtc may hold. */
  private void drain() {
    // What it holds at most is known; asking costs as much as sending does.
    long held = heldAtMost();
    if (held >= HIGH_WATER_BYTES) {
      held = readNativeBytes();
    }
    while (true) {
      byte[] message;
      lock.lock();
      try {
        dropExpired();
        if (ended || held >= HIGH_WATER_BYTES || outgoing.isEmpty()) {
          draining = false;
          lookAgain();
          break;
        }
        message = removeOldest();
        gives(message);
      } finally {
        lock.unlock();
      }
      if (!handOver(message)) {
        return;
      }
      held += message.length;
      if (held >= HIGH_WATER_BYTES) {
        held = readNativeBytes();
      }
    }
    tellRoom();
    if (isIdle()) {
      events.onDrained(this);
    }
  }

  /** Under the lock. */
  private void gives(byte[] message) {
    nativeBytes += message.length;
    handedBytes += message.length;
  }

  private long heldAtMost() {
    lock.lock();
    try {
      return nativeBytes;
    } finally {
      lock.unlock();
    }
  }

  private boolean handOver(byte[] message) {
    // libwebrtc drops what is sent on a channel that is not open, and does not say so.
    if (stateInDoubt) {
      stateInDoubt = false;
      if (channel.getState() != RTCDataChannelState.OPEN) {
        closed();
        return false;
      }
    }
    try {
      // 0.14.0 transmits the whole backing array: it has exactly the size of the message.
      channel.send(new RTCDataChannelBuffer(ByteBuffer.wrap(message), true));
      handedOver();
      return true;
    } catch (Exception e) {
      LOG.debug("sending on channel {} failed", label, e);
      fail(
          new CloseReason(
              CloseReason.Code.CHANNEL_CLOSED,
              "the data channel " + label + " refused a message: " + e.getMessage(),
              e));
      return false;
    }
  }

  private void handedOver() {
    long now = loop.nanoTime();
    lock.lock();
    try {
      handedOverAt = now;
    } finally {
      lock.unlock();
    }
  }

  private long readNativeBytes() {
    long handedBefore;
    lock.lock();
    try {
      if (ended) {
        return 0;
      }
      handedBefore = handedBytes - bytesWithin;
    } finally {
      lock.unlock();
    }
    long told = channel.getBufferedAmount();
    lock.lock();
    try {
      askedAt = loop.nanoTime();
      // What senders handed over meanwhile may be in it or not: it counts, for this is the most.
      long now = told + handedBytes - handedBefore;
      if (now < nativeBytes || now == 0) {
        lastProgress = askedAt;
      }
      nativeBytes = now;
      // Only here do bytes leave.
      if (!isFull()) {
        crowded = false;
      }
      return now;
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: what libwebrtc holds is asked for in a while, if that matters. */
  private void lookAgain() {
    boolean soon = wasFull || !outgoing.isEmpty();
    if (ended || (nativeBytes == 0 && !soon)) {
      return;
    }
    Duration delay = soon ? LOOK_AGAIN_SOON : holdsLittle() ? LOOK_AGAIN_LATE : LOOK_AGAIN;
    long at = loop.nanoTime() + delay.toNanos();
    EventLoop.Timer waiting = looking;
    if (waiting != null && lookingAt - at <= 0) {
      return;
    }
    if (waiting != null) {
      waiting.cancel();
    }
    long own = ++lookNumber;
    lookingAt = at;
    looking = loop.schedule(delay, () -> look(own));
  }

  private boolean holdsLittle() {
    return nativeBytes < LITTLE_BYTES && !isFull();
  }

  private void look(long number) {
    lock.lock();
    try {
      if (number != lookNumber) {
        return;
      }
      looking = null;
    } finally {
      lock.unlock();
    }
    wake(true);
  }

  /** On a native thread: libwebrtc holds less than before. */
  void leftForNetwork() {
    wake(false);
  }

  /**
   * Looks what libwebrtc holds, and drains what waits for that, unless that is under way.
   *
   * @param always also when nothing waits for that
   */
  private void wake(boolean always) {
    boolean waited;
    lock.lock();
    try {
      waited = wasFull || !outgoing.isEmpty();
      if (draining || ended || !(always || waited) || (asking && !waited)) {
        return;
      }
      draining = waited;
      asking |= !waited;
    } finally {
      lock.unlock();
    }
    rtc.execute(
        () -> {
          readNativeBytes();
          if (waited) {
            drain();
          } else {
            looked();
          }
        });
  }

  /** Senders were free to hand over messages themselves meanwhile. */
  private void looked() {
    lock.lock();
    try {
      asking = false;
      if (!draining) {
        lookAgain();
      }
    } finally {
      lock.unlock();
    }
  }

  private void tellRoom() {
    lock.lock();
    try {
      if (!wasFull || outgoingBytes + nativeBytes > maxOutgoingBytes / 2) {
        return;
      }
      wasFull = false;
    } finally {
      lock.unlock();
    }
    loop.execute(() -> events.onRoom(this));
  }

  /**
   * Takes the oldest received message.
   *
   * @return the message, or null when there is none
   */
  public byte @Nullable [] poll() {
    lock.lock();
    try {
      byte[] message = incoming.poll();
      if (message != null) {
        incomingBytes -= message.length;
      }
      return message;
    } finally {
      lock.unlock();
    }
  }

  /** On the rtc thread: begins to observe, and sees what happened before. */
  void observe() {
    channel.registerObserver(callbacks);
    checkState();
  }

  /** To be called on any thread: looks whether the channel has opened or closed. */
  void stateChanged() {
    stateInDoubt = true;
    rtc.execute(this::checkState);
  }

  private void checkState() {
    boolean unconfirmed;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      unconfirmed = closing;
    } finally {
      lock.unlock();
    }
    switch (channel.getState()) {
      case OPEN -> opened();
      case CLOSING -> {
        if (!unconfirmed) {
          closed();
        }
      }
      case CLOSED -> closed();
      case CONNECTING -> {}
    }
  }

  private void opened() {
    lock.lock();
    try {
      if (open || ended) {
        return;
      }
      open = true;
      // Under the lock: a message that another thread brings meanwhile is told of after this, or
      // else it would come to a transport that is not open and be dropped.
      loop.execute(
          () -> {
            if (essential) {
              events.onChannelOpen(this);
            } else {
              events.onFurtherChannel(this, byPeer);
            }
          });
    } finally {
      lock.unlock();
    }
  }

  private void closed() {
    fail(
        CloseReason.of(
            CloseReason.Code.CHANNEL_CLOSED,
            "the data channel " + label + " closed; the peer has gone or ended the link"));
  }

  private void fail(CloseReason reason) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
    } finally {
      lock.unlock();
    }
    tellEnd(reason);
  }

  private void tellEnd(CloseReason reason) {
    loop.execute(
        () -> {
          if (essential) {
            events.onFailure(reason);
          } else {
            LOG.debug("channel {} has ended: {}", label, reason.message());
            events.onFurtherChannelClosed(label, this);
          }
        });
  }

  /** On the rtc thread: nothing is sent or heard any more. */
  void end() {
    lock.lock();
    try {
      ended = true;
      open = false;
      outgoing.clear();
      waitingSince.clear();
      outgoingBytes = 0;
      nativeBytes = 0;
    } finally {
      lock.unlock();
    }
    channel.unregisterObserver();
    callbacks.detach();
  }

  /** On the rtc thread: tells the other side. */
  void close() {
    channel.close();
  }

  /**
   * On the rtc thread: takes no more, and closes the channel behind what was sent. It ends when the
   * other side has received that and has closed it too.
   */
  void closeBehindAll() {
    lock.lock();
    try {
      if (ended || closing) {
        return;
      }
      closing = true;
    } finally {
      lock.unlock();
    }
    channel.close();
  }

  /**
   * On the rtc thread, after the connection or the channel is closed: no sender is held up any
   * more.
   */
  void dispose() {
    boolean free;
    lock.lock();
    try {
      free = awaitLeaving();
    } finally {
      lock.unlock();
    }
    if (free) {
      NativeReferences.giveUp(channel);
    } else {
      LOG.error("A send on channel {} hangs in native code; the channel is given up", label);
    }
  }

  /** Under the lock: waits for a sender; false if it does not come back in time. */
  private boolean awaitLeaving() {
    long patience = END_NANOS;
    while (within && patience > 0) {
      try {
        patience = left.awaitNanos(patience);
      } catch (InterruptedException e) {
        LOG.debug("the rtc thread was interrupted, which has no effect", e);
      }
    }
    return !within;
  }

  /** On a native thread: queues a message for the loop. */
  void received(byte[] message) {
    // libwebrtc hands over messages of open channels only, but may do so before it tells of
    // opening.
    opened();
    boolean first;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (!incoming.isEmpty() && incomingBytes + message.length > maxIncomingBytes) {
        if (reliability == Reliability.RELIABLE) {
          ended = true;
          tellEnd(
              CloseReason.of(
                  CloseReason.Code.INBOUND_OVERFLOW,
                  "more than "
                      + maxIncomingBytes
                      + " bytes from the peer wait to be handled; it is given up"));
          return;
        }
        incomingBytes -= incoming.remove().length;
        dropped++;
      }
      first = incoming.isEmpty();
      incoming.add(message);
      incomingBytes += message.length;
    } finally {
      lock.unlock();
    }
    if (first) {
      loop.execute(() -> events.onMessages(this));
    }
  }
}

package to.clasp.transport.webrtc.link;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
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
import to.clasp.transport.webrtc.natives.RtcThread;

/**
 * One data channel with a bounded queue in each direction. Senders fill the outgoing queue; the rtc
 * thread drains it as long as libwebrtc's own buffer is short. Native callbacks fill the incoming
 * queue; the event loop empties it.
 */
public final class DataChannel implements PeerChannel {

  private static final Logger LOG = LoggerFactory.getLogger(DataChannel.class);

  /**
   * How much libwebrtc may hold: enough to keep the network busy, little enough that what waits
   * stays ours to count and to drop. libwebrtc refuses sends beyond 16 MiB.
   */
  private static final long HIGH_WATER_BYTES = 256 * 1024;

  /** libwebrtc tells when its buffer shrinks; should it fail to, this looks again. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

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

  // Below: guarded by the lock.
  private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
  private final ArrayDeque<byte[]> incoming = new ArrayDeque<>();

  /** When each of what is outgoing came, if there is a lifetime. */
  private final ArrayDeque<Long> waitingSince = new ArrayDeque<>();

  private long outgoingBytes;
  private long incomingBytes;
  private boolean draining;
  private boolean lookAgainSet;
  private boolean wasFull;
  private boolean open;
  private boolean ended;
  private long dropped;

  /** What libwebrtc held when it was last asked, and what it got since. */
  private long nativeBytes;

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
      boolean room = open && !ended && !isFull();
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
   * Returns how long what waits has made no progress.
   *
   * @param now the loop's clock
   * @return zero when nothing waits, in nanoseconds
   */
  public long stalledNanos(long now) {
    return bufferedAmount() == 0 ? 0 : now - lastProgress;
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
    lock.lock();
    try {
      if (!open || ended || message.length > maxMessageSize) {
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
      outgoing.add(message);
      if (lifetimeNanos > 0) {
        waitingSince.add(loop.nanoTime());
      }
      outgoingBytes += message.length;
      start = !draining;
      draining = true;
    } finally {
      lock.unlock();
    }
    if (start) {
      rtc.execute(this::drain);
    }
    return true;
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
    long held = readNativeBytes();
    while (true) {
      byte[] message;
      lock.lock();
      try {
        dropExpired();
        if (ended || held >= HIGH_WATER_BYTES || outgoing.isEmpty()) {
          draining = false;
          if (!ended && (held > 0 || !outgoing.isEmpty())) {
            lookAgain();
          }
          break;
        }
        message = removeOldest();
        nativeBytes += message.length;
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

  private boolean handOver(byte[] message) {
    // libwebrtc drops what is sent on a channel that is not open, and does not say so.
    if (channel.getState() != RTCDataChannelState.OPEN) {
      closed();
      return false;
    }
    try {
      // 0.14.0 transmits the whole backing array: it has exactly the size of the message.
      channel.send(new RTCDataChannelBuffer(ByteBuffer.wrap(message), true));
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

  private long readNativeBytes() {
    lock.lock();
    try {
      if (ended) {
        return 0;
      }
    } finally {
      lock.unlock();
    }
    long now = channel.getBufferedAmount();
    lock.lock();
    try {
      if (now < nativeBytes || now == 0) {
        lastProgress = loop.nanoTime();
      }
      nativeBytes = now;
      // Only here do bytes leave.
      if (!isFull()) {
        crowded = false;
      }
    } finally {
      lock.unlock();
    }
    return now;
  }

  /** Under the lock. */
  private void lookAgain() {
    if (!lookAgainSet) {
      lookAgainSet = true;
      loop.schedule(
          LOOK_AGAIN,
          () -> {
            lock.lock();
            try {
              lookAgainSet = false;
            } finally {
              lock.unlock();
            }
            wake();
          });
    }
  }

  /** Starts to drain, if that is not under way. To be called on any thread. */
  void wake() {
    lock.lock();
    try {
      if (draining || ended) {
        return;
      }
      draining = true;
    } finally {
      lock.unlock();
    }
    rtc.execute(this::drain);
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
    rtc.execute(this::checkState);
  }

  private void checkState() {
    lock.lock();
    try {
      if (ended) {
        return;
      }
    } finally {
      lock.unlock();
    }
    switch (channel.getState()) {
      case OPEN -> opened();
      case CLOSING, CLOSED -> closed();
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
    } finally {
      lock.unlock();
    }
    loop.execute(
        () -> {
          if (essential) {
            events.onChannelOpen(this);
          } else {
            events.onFurtherChannel(this, byPeer);
          }
        });
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

  /** On the rtc thread, after the connection or the channel is closed. */
  void dispose() {
    channel.dispose();
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

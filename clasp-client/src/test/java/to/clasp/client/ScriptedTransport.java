package to.clasp.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;
import to.clasp.transport.peer.BreakerState;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.ChannelSnapshot;
import to.clasp.transport.peer.PeerAdmission;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.peer.PeerFrameListener;
import to.clasp.transport.peer.PeerListener;
import to.clasp.transport.peer.PeerPattern;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/**
 * Does what a test says, on the calling thread, and keeps what was sent. Closing and connecting
 * afresh are told at once, or when the test says so.
 */
class ScriptedTransport implements Transport {

  private final List<Frame> sent = new ArrayList<>();
  private final List<String> reconnects = new ArrayList<>();
  private @Nullable TransportListener listener;
  private TransportState state = TransportState.NEW;
  private @Nullable SendResult refusal;
  private int room = Integer.MAX_VALUE;
  private int maxFrameSize = 65_547;
  private boolean closeLater;

  // What the test does.

  void open() {
    state = TransportState.OPEN;
    listener().onOpen();
  }

  void interrupt() {
    interrupt(Code.CONNECTION_LOST);
  }

  void interrupt(Code code) {
    state = TransportState.INTERRUPTED;
    listener().onInterrupted(CloseReason.of(code, "by a test"), 1, Duration.ofMillis(1));
  }

  void end(Code code) {
    state = TransportState.CLOSED;
    // One that was never started has nobody to tell.
    if (listener != null) {
      listener.onClosed(CloseReason.of(code, "by a test"));
    }
  }

  void receive(Message message) {
    receive(Frame.of(message), FrameSource.ROUTER);
  }

  void receive(Frame frame, FrameSource source) {
    listener().onFrame(frame, source);
  }

  /** Answers everything with this, or takes it again when null. */
  void refuse(@Nullable SendResult result) {
    refusal = result;
  }

  /** Takes so many frames more, then answers that the buffer is full. */
  void roomFor(int frames) {
    room = frames;
  }

  void writable() {
    refusal = null;
    room = Integer.MAX_VALUE;
    listener().onWritable();
  }

  void maxFrameSize(int bytes) {
    maxFrameSize = bytes;
  }

  /** Lets {@link #close} only ask; the test says when it has closed. */
  void closeLater() {
    closeLater = true;
  }

  // What the test sees.

  List<Frame> frames() {
    return List.copyOf(sent);
  }

  List<Message> messages() {
    return sent.stream().map(Frame::message).toList();
  }

  <T extends Message> List<T> messages(Class<T> kind) {
    return messages().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** What was sent last. */
  Message last() {
    return sent.get(sent.size() - 1).message();
  }

  void forget() {
    sent.clear();
  }

  List<String> reconnects() {
    return List.copyOf(reconnects);
  }

  int hellos() {
    return messages(HelloMessage.class).size();
  }

  private TransportListener listener() {
    return Objects.requireNonNull(listener, "not started");
  }

  // The transport.

  @Override
  public void start(TransportListener listener) {
    if (this.listener != null) {
      throw new IllegalStateException("started before");
    }
    this.listener = listener;
    state = TransportState.CONNECTING;
  }

  @Override
  public SendResult send(Frame frame) {
    if (state == TransportState.CLOSED || state == TransportState.CLOSING) {
      return SendResult.CLOSED;
    }
    if (state != TransportState.OPEN) {
      return SendResult.NOT_CONNECTED;
    }
    if (refusal != null) {
      return refusal;
    }
    if (room == 0) {
      return SendResult.BUFFER_FULL;
    }
    room--;
    sent.add(frame);
    return SendResult.ROUTER;
  }

  @Override
  public boolean isWritable() {
    return state == TransportState.OPEN && refusal == null && room > 0;
  }

  @Override
  public TransportState state() {
    return state;
  }

  @Override
  public int maxFrameSize() {
    return maxFrameSize;
  }

  @Override
  public void reconnect(String why) {
    reconnects.add(why);
    if (state == TransportState.OPEN) {
      interrupt(Code.RECONNECT_REQUESTED);
    }
  }

  @Override
  public void close() {
    if (state == TransportState.CLOSED || state == TransportState.CLOSING) {
      return;
    }
    state = TransportState.CLOSING;
    if (!closeLater) {
      end(Code.LOCAL_CLOSE);
    }
  }

  @Override
  public TransportStats stats() {
    return new TransportStats(sent.size(), 0, 0, 0, 0, 0, 0, 0);
  }

  /** One that also has peers, which a test links and unlinks. */
  static final class WithPeers extends ScriptedTransport implements PeerAwareTransport {

    record ToPeer(String peer, Frame frame) {}

    private final PeerPattern pattern = PeerPattern.parse("/peer/{id}/**");
    private final String peerId;
    private final List<String> linked = new ArrayList<>();
    private @Nullable PeerFrameListener ofPeers;
    private final List<ToPeer> toPeers = new ArrayList<>();
    private final List<String> holds = new ArrayList<>();
    private final List<PeerListener> listeners = new ArrayList<>();
    private @Nullable CompletableFuture<Path> deferred;
    private final Map<String, Value> copies = new HashMap<>();
    private boolean linksFull;

    WithPeers(String peerId) {
      this.peerId = peerId;
    }

    void link(String peer) {
      linked.add(peer);
    }

    void unlink(String peer) {
      linked.remove(peer);
    }

    /** Lets what is for a peer wait for this. */
    void defer(@Nullable CompletableFuture<Path> outcome) {
      deferred = outcome;
    }

    /** Lets what the router keeps for an address be known as a copy. */
    void storedCopy(String address, Value value) {
      copies.put(address, value);
    }

    @Override
    public boolean isStoredCopy(String address, Value value) {
      return value.equals(copies.get(address));
    }

    void fillLinks(boolean full) {
      linksFull = full;
    }

    List<ToPeer> toPeers() {
      return List.copyOf(toPeers);
    }

    void receiveFrom(String peer, Message message) {
      receive(Frame.of(message), FrameSource.peer(peer));
    }

    @Override
    public SendResult send(Frame frame) {
      String address = frame.address();
      String peer = address == null ? null : pattern.peerIdOf(address);
      if (peer != null && deferred != null) {
        return SendResult.deferred(deferred);
      }
      return peer != null && linked.contains(peer) ? sendToPeer(peer, frame) : super.send(frame);
    }

    @Override
    public String peerId() {
      return peerId;
    }

    @Override
    public void addPeerListener(PeerListener listener) {
      listeners.add(listener);
    }

    @Override
    public void removePeerListener(PeerListener listener) {
      listeners.remove(listener);
    }

    List<String> holds() {
      return List.copyOf(holds);
    }

    @Override
    public void holdPeer(String peer, boolean hold) {
      holds.add((hold ? "hold " : "release ") + peer);
    }

    @Override
    public List<PeerSnapshot> peers() {
      return linked.stream().map(this::snapshot).toList();
    }

    @Override
    public Optional<PeerSnapshot> peer(String peer) {
      return linked.contains(peer) ? Optional.of(snapshot(peer)) : Optional.empty();
    }

    private PeerSnapshot snapshot(String peer) {
      return new PeerSnapshot(
          peer,
          null,
          PeerState.CONNECTED,
          Path.P2P,
          BreakerState.CLOSED,
          null,
          null,
          0,
          0,
          0,
          0,
          0,
          0,
          1,
          null);
    }

    @Override
    public CompletionStage<PeerSnapshot> connectPeer(String peer) {
      return CompletableFuture.completedFuture(snapshot(peer));
    }

    @Override
    public void disconnectPeer(String peer) {
      unlink(peer);
    }

    @Override
    public SendResult sendToPeer(String peer, Frame frame) {
      if (!linked.contains(peer)) {
        return SendResult.NOT_CONNECTED;
      }
      if (linksFull) {
        return SendResult.BUFFER_FULL;
      }
      toPeers.add(new ToPeer(peer, frame));
      return SendResult.P2P;
    }

    @Override
    public SendResult sendToRouter(Frame frame) {
      return super.send(frame);
    }

    @Override
    public void peerFrames(PeerFrameListener listener) {
      ofPeers = listener;
    }

    @Override
    public void admission(PeerAdmission admission) {}

    @Override
    public CompletionStage<ChannelSnapshot> createChannel(
        String peer, String label, ChannelOptions options) {
      return CompletableFuture.completedFuture(
          new ChannelSnapshot(label, options, true, false, 0, 0));
    }

    @Override
    public void closeChannel(String peer, String label) {}

    @Override
    public List<ChannelSnapshot> channels(String peer) {
      return List.of();
    }

    /** A frame of a peer's own; false if it is dropped. */
    boolean receiveOwn(Frame frame, FrameSource source) {
      PeerFrameListener heard = ofPeers;
      return heard != null && heard.onPeerFrame(frame, source);
    }
  }
}

package to.clasp.benchmarks.pair;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.webrtc.natives.FactoryLease;
import to.clasp.transport.webrtc.natives.RtcThread;
import to.clasp.transport.webrtc.natives.SharedFactory;
import to.clasp.transport.webrtc.network.LinkNetwork;

/**
 * Two peers as an application makes them that uses webrtc-java directly: one reliable, ordered data
 * channel between two connections of the same factory that our own pair uses. Its calls are those
 * of webrtc-java, with nothing of ours between; only loading the library, choosing the loopback
 * interface and closing are taken from our transport.
 */
public final class RawPair implements AutoCloseable {

  private static final int TIMEOUT_SECONDS = 20;

  private final FactoryLease lease;
  private final Side left = new Side();
  private final Side right = new Side();

  private RawPair() {
    // A factory of its own, for each message that it has received slows down those that follow.
    lease = join(SharedFactory.instance().acquire(1, overdue -> {}));
  }

  /**
   * Connects two peers.
   *
   * @return both, with an open channel
   */
  public static RawPair open() {
    RawPair pair = new RawPair();
    try {
      pair.connect();
    } catch (RuntimeException e) {
      pair.close();
      throw e;
    }
    return pair;
  }

  private void connect() {
    RTCPeerConnection offerer = left.connection(lease);
    RTCPeerConnection answerer = right.connection(lease);
    left.take(offerer.createDataChannel("raw", new RTCDataChannelInit()));
    RTCSessionDescription offer =
        left.describe(done -> offerer.createOffer(new RTCOfferOptions(), done));
    set(done -> answerer.setRemoteDescription(offer, done));
    RTCSessionDescription answer =
        right.describe(done -> answerer.createAnswer(new RTCAnswerOptions(), done));
    set(done -> offerer.setRemoteDescription(answer, done));
    join(left.opened);
    join(right.opened);
  }

  private static void set(Consumer<SetSessionDescriptionObserver> step) {
    Done done = new Done();
    step.accept(done);
    join(done.description);
  }

  private static <T> T join(CompletableFuture<T> future) {
    return future.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }

  /**
   * Returns the one that offered.
   *
   * @return the left side
   */
  public Side left() {
    return left;
  }

  /**
   * Returns the one that answered.
   *
   * @return the right side
   */
  public Side right() {
    return right;
  }

  @Override
  public void close() {
    join(
        RtcThread.instance()
            .submit(
                () -> {
                  left.close(lease);
                  right.close(lease);
                  lease.close();
                  return true;
                }));
    join(lease.closed().toCompletableFuture());
  }

  /** One of the two. */
  public static final class Side implements PeerConnectionObserver, RTCDataChannelObserver {

    private final LinkNetwork network =
        LinkNetwork.choose(
            RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build(), List.of());
    private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    private @Nullable RTCPeerConnection connection;

    /** The rtc thread only. */
    private boolean closed;

    private volatile @Nullable RTCDataChannel channel;
    private volatile Consumer<ByteBuffer> receiver = message -> {};

    private Side() {}

    private RTCPeerConnection connection(FactoryLease lease) {
      RTCPeerConnection made =
          join(RtcThread.instance().submit(() -> lease.connect(network.configuration(), this)));
      connection = made;
      return made;
    }

    private void take(RTCDataChannel made) {
      channel = made;
      made.registerObserver(this);
      look();
    }

    /** Makes and sets a description, and adds the candidate that stands for the loopback. */
    private RTCSessionDescription describe(Consumer<CreateSessionDescriptionObserver> make) {
      Done made = new Done();
      make.accept(made);
      RTCSessionDescription description = join(made.description);
      RTCPeerConnection own = java.util.Objects.requireNonNull(connection);
      set(done -> own.setLocalDescription(description, done));
      return new RTCSessionDescription(
          description.sdpType, network.completeLocal(own.getLocalDescription().sdp));
    }

    /**
     * Returns the channel.
     *
     * @return webrtc-java's own
     */
    public RTCDataChannel channel() {
      return java.util.Objects.requireNonNull(channel);
    }

    /**
     * Sends a message, as webrtc-java does it.
     *
     * @param message transmitted whole
     */
    public void send(byte[] message) {
      try {
        channel().send(new RTCDataChannelBuffer(ByteBuffer.wrap(message), true));
      } catch (Exception e) {
        throw new IllegalStateException("webrtc-java did not send", e);
      }
    }

    /**
     * Sets who gets what comes from now on.
     *
     * @param heard called on a native thread; the buffer is valid until it returns
     */
    public void onMessage(Consumer<ByteBuffer> heard) {
      receiver = heard;
    }

    // On the rtc thread, as everything that ends.
    private void close(FactoryLease lease) {
      closed = true;
      RTCDataChannel open = channel;
      if (open != null) {
        open.unregisterObserver();
      }
      if (connection != null) {
        lease.close(connection);
      }
      if (open != null) {
        open.dispose();
      }
      network.close();
    }

    private void look() {
      if (!closed && channel().getState() == RTCDataChannelState.OPEN) {
        opened.complete(true);
      }
    }

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      // The one that is needed stands in the description.
    }

    @Override
    public void onDataChannel(RTCDataChannel made) {
      // No call into the library may be made within its callbacks.
      RtcThread.instance().execute(() -> take(made));
    }

    @Override
    public void onBufferedAmountChange(long before) {}

    @Override
    public void onStateChange() {
      RtcThread.instance().execute(this::look);
    }

    @Override
    public void onMessage(RTCDataChannelBuffer buffer) {
      receiver.accept(buffer.data);
    }
  }

  private static final class Done
      implements CreateSessionDescriptionObserver, SetSessionDescriptionObserver {

    private final CompletableFuture<@Nullable RTCSessionDescription> description =
        new CompletableFuture<>();

    @Override
    public void onSuccess(RTCSessionDescription made) {
      description.complete(made);
    }

    @Override
    public void onSuccess() {
      description.complete(null);
    }

    @Override
    public void onFailure(String error) {
      description.completeExceptionally(new IllegalStateException(error));
    }
  }
}

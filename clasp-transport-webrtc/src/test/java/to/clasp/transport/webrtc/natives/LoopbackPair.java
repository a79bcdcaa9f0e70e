package to.clasp.transport.webrtc.natives;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.webrtc.network.LinkNetwork;

/** Two connections in this process, joined by a data channel, by the plain API of webrtc-java. */
final class LoopbackPair implements AutoCloseable {

  private static final long TIMEOUT_SECONDS = 20;

  final Side offerer;
  final Side answerer;
  private final RtcThread rtc = RtcThread.instance();

  LoopbackPair(FactoryLease lease, RtcConfig config) throws Exception {
    offerer = new Side(lease, config);
    answerer = new Side(lease, config);
    onRtc(
        () -> {
          offerer.open();
          answerer.open();
          offerer.adopt(offerer.connection().createDataChannel("test", new RTCDataChannelInit()));
          return true;
        });
    String offer = describe(offerer, true);
    apply(answerer, RTCSdpType.OFFER, offer);
    String answer = describe(answerer, false);
    apply(offerer, RTCSdpType.ANSWER, answer);
    offerer.opened.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    answerer.opened.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private String describe(Side side, boolean offer) throws Exception {
    CompletableFuture<RTCSessionDescription> created = new CompletableFuture<>();
    var observer =
        new CreateSessionDescriptionObserver() {
          @Override
          public void onSuccess(RTCSessionDescription description) {
            created.complete(description);
          }

          @Override
          public void onFailure(String error) {
            created.completeExceptionally(new IllegalStateException(error));
          }
        };
    onRtc(
        () -> {
          if (offer) {
            side.connection().createOffer(new RTCOfferOptions(), observer);
          } else {
            side.connection().createAnswer(new RTCAnswerOptions(), observer);
          }
          return true;
        });
    RTCSessionDescription description = created.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    Applied applied = new Applied();
    onRtc(
        () -> {
          side.connection().setLocalDescription(description, applied);
          return true;
        });
    applied.await();
    if (side.network.gathers()) {
      side.gathered.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
    side.description =
        side.network.completeLocal(onRtc(() -> side.connection().getLocalDescription().sdp));
    return side.description;
  }

  private void apply(Side side, RTCSdpType type, String sdp) throws Exception {
    Applied applied = new Applied();
    onRtc(
        () -> {
          side.connection()
              .setRemoteDescription(
                  new RTCSessionDescription(type, side.network.restrictRemote(sdp)), applied);
          return true;
        });
    applied.await();
  }

  <T> T onRtc(Callable<T> task) throws Exception {
    return rtc.submit(task).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  void send(Side from, byte[] message) throws Exception {
    onRtc(
        () -> {
          from.channel().send(new RTCDataChannelBuffer(ByteBuffer.wrap(message), true));
          return true;
        });
  }

  @Override
  public void close() {
    rtc.submit(
            () -> {
              offerer.close();
              answerer.close();
              return true;
            })
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  private static final class Applied implements SetSessionDescriptionObserver {
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();

    @Override
    public void onSuccess() {
      done.complete(true);
    }

    @Override
    public void onFailure(String error) {
      done.completeExceptionally(new IllegalStateException(error));
    }

    void await() throws Exception {
      done.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** One end. Native events only complete futures and fill queues. */
  static final class Side implements PeerConnectionObserver, RTCDataChannelObserver {
    final CompletableFuture<Boolean> gathered = new CompletableFuture<>();
    final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    final List<String> candidates = new CopyOnWriteArrayList<>();
    volatile String description = "";
    private final FactoryLease lease;
    final LinkNetwork network;
    private @Nullable RTCPeerConnection connection;
    private volatile @Nullable RTCDataChannel channel;

    Side(FactoryLease lease, RtcConfig config) {
      this.lease = lease;
      this.network = LinkNetwork.choose(config, config.iceServers());
    }

    void open() {
      connection = lease.connect(network.configuration(), this);
    }

    RTCPeerConnection connection() {
      return java.util.Objects.requireNonNull(connection);
    }

    RTCDataChannel channel() {
      return java.util.Objects.requireNonNull(channel);
    }

    void adopt(RTCDataChannel added) {
      channel = added;
      added.registerObserver(this);
      if (added.getState() == RTCDataChannelState.OPEN) {
        opened.complete(true);
      }
    }

    void close() {
      RTCDataChannel used = channel;
      channel = null;
      if (used != null) {
        used.unregisterObserver();
      }
      lease.close(connection());
      if (used != null) {
        used.dispose();
      }
      network.close();
    }

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      candidates.add(candidate.sdp);
    }

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
      if (state == RTCIceGatheringState.COMPLETE) {
        gathered.complete(true);
      }
    }

    @Override
    public void onDataChannel(RTCDataChannel added) {
      RtcThread.instance().execute(() -> adopt(added));
    }

    @Override
    public void onStateChange() {
      RtcThread.instance()
          .execute(
              () -> {
                RTCDataChannel used = channel;
                if (used != null && used.getState() == RTCDataChannelState.OPEN) {
                  opened.complete(true);
                }
              });
    }

    @Override
    public void onBufferedAmountChange(long previous) {}

    @Override
    public void onMessage(RTCDataChannelBuffer buffer) {
      byte[] copy = new byte[buffer.data.remaining()];
      buffer.data.get(copy);
      received.add(copy);
    }
  }
}

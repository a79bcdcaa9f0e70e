package to.clasp.transport.webrtc;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import to.clasp.transport.webrtc.natives.FactoryLease;
import to.clasp.transport.webrtc.natives.RtcThread;
import to.clasp.transport.webrtc.natives.SharedFactory;
import to.clasp.transport.webrtc.network.LinkNetwork;

/** A peer of another kind, which opens whatever channels the test wants. */
final class ForeignOfferer implements AutoCloseable {

  private static final long TIMEOUT_SECONDS = 20;

  private final RtcThread rtc = RtcThread.instance();
  private final LinkNetwork network = LinkNetwork.choose(End.LOOPBACK, List.of());
  private final FactoryLease lease;
  private final RTCPeerConnection connection;
  private final List<Channel> channels = new ArrayList<>();
  private final String offer;

  ForeignOfferer(List<String> labels) throws Exception {
    lease = SharedFactory.instance().acquire().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    connection = onRtc(() -> lease.connect(network.configuration(), new Ignoring()));
    for (String label : labels) {
      channels.add(
          onRtc(() -> new Channel(connection.createDataChannel(label, new RTCDataChannelInit()))));
    }
    Created created = new Created();
    onRtc(
        () -> {
          connection.createOffer(new RTCOfferOptions(), created);
          return true;
        });
    RTCSessionDescription description = created.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    Applied applied = new Applied();
    onRtc(
        () -> {
          connection.setLocalDescription(description, applied);
          return true;
        });
    applied.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    offer = network.completeLocal(onRtc(() -> connection.getLocalDescription().sdp));
  }

  String offer() {
    return offer;
  }

  void answered(String sdp) throws Exception {
    Applied applied = new Applied();
    onRtc(
        () -> {
          connection.setRemoteDescription(
              new RTCSessionDescription(RTCSdpType.ANSWER, network.restrictRemote(sdp)), applied);
          return true;
        });
    applied.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  void awaitOpen(int channel) throws Exception {
    channels.get(channel).opened.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** The other side has refused the channel. */
  void awaitClosed(int channel) throws Exception {
    channels.get(channel).closed.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  void send(int channel, byte[] message) throws Exception {
    onRtc(
        () -> {
          channels
              .get(channel)
              .channel
              .send(new RTCDataChannelBuffer(ByteBuffer.wrap(message), true));
          return true;
        });
  }

  private <T> T onRtc(Callable<T> task) throws Exception {
    return rtc.submit(task).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    rtc.submit(
            () -> {
              channels.forEach(each -> each.channel.unregisterObserver());
              lease.close(connection);
              channels.forEach(each -> each.channel.dispose());
              lease.close();
              network.close();
              return true;
            })
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  /** Native events only complete futures. */
  private static final class Channel implements RTCDataChannelObserver {
    final RTCDataChannel channel;
    final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    Channel(RTCDataChannel channel) {
      this.channel = channel;
      channel.registerObserver(this);
    }

    @Override
    public void onStateChange() {
      RtcThread.instance()
          .execute(
              () -> {
                RTCDataChannelState state = channel.getState();
                if (state == RTCDataChannelState.OPEN) {
                  opened.complete(true);
                } else if (state == RTCDataChannelState.CLOSED) {
                  closed.complete(true);
                }
              });
    }

    @Override
    public void onBufferedAmountChange(long previous) {}

    @Override
    public void onMessage(RTCDataChannelBuffer buffer) {}
  }

  private static final class Ignoring implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {}
  }

  private static final class Created extends CompletableFuture<RTCSessionDescription>
      implements CreateSessionDescriptionObserver {
    @Override
    public void onSuccess(RTCSessionDescription description) {
      complete(description);
    }

    @Override
    public void onFailure(String error) {
      completeExceptionally(new IllegalStateException(error));
    }
  }

  private static final class Applied extends CompletableFuture<Boolean>
      implements SetSessionDescriptionObserver {
    @Override
    public void onSuccess() {
      complete(true);
    }

    @Override
    public void onFailure(String error) {
      completeExceptionally(new IllegalStateException(error));
    }
  }
}

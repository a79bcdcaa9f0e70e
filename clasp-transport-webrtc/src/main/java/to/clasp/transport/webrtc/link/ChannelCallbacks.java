package to.clasp.transport.webrtc.link;

import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.webrtc.natives.FactoryLease;

/**
 * What libwebrtc calls, on its own threads: copies and hands over. What left here by an exception
 * would end the JVM.
 *
 * <p>webrtc-java 0.14.0 never lets go of the observer of a channel, so this object stays for ever;
 * it must not keep the link, its listener and all the application behind it alive.
 */
final class ChannelCallbacks implements RTCDataChannelObserver {

  private static final Logger LOG = LoggerFactory.getLogger(ChannelCallbacks.class);

  private record Target(DataChannel channel, FactoryLease lease) {}

  private volatile @Nullable Target target;

  ChannelCallbacks(DataChannel channel, FactoryLease lease) {
    target = new Target(channel, lease);
  }

  /** Forgets the channel; what comes later goes nowhere. */
  void detach() {
    target = null;
  }

  @Override
  public void onBufferedAmountChange(long ignored) {
    hand(to -> to.channel.leftForNetwork());
  }

  @Override
  public void onStateChange() {
    hand(to -> to.channel.stateChanged());
  }

  @Override
  public void onMessage(RTCDataChannelBuffer buffer) {
    hand(
        to -> {
          to.lease.messageReceived();
          byte[] copy = new byte[buffer.data.remaining()];
          buffer.data.get(copy);
          to.channel.received(copy);
        });
  }

  @SuppressWarnings("CatchThrowable")
  private void hand(Consumer<Target> event) {
    try {
      Target to = target;
      if (to != null) {
        event.accept(to);
      }
    } catch (Throwable e) {
      LOG.error("a native callback failed", e);
    }
  }
}

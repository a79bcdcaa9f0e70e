package to.clasp.it;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;

/** A router's transport whose router changes what peers signal to each other. */
final class LyingRouter implements Transport {

  private final Transport honest;
  private final UnaryOperator<Map<String, Value>> lie;

  private LyingRouter(Transport honest, UnaryOperator<Map<String, Value>> lie) {
    this.honest = honest;
    this.lie = lie;
  }

  /**
   * Puts another certificate's fingerprint into each description, as who sits in the middle must.
   */
  static Transport withOtherFingerprints(Transport honest) {
    return new LyingRouter(
        honest,
        map -> {
          if (map.get("sdp") instanceof Value.Text sdp) {
            map.put(
                "sdp",
                Value.of(
                    sdp.value()
                        .replaceAll(
                            "(a=fingerprint:sha-256 )[0-9A-F:]+", "$1" + "AB:".repeat(31) + "CD")));
          }
          return map;
        });
  }

  /** Makes peers look as if they signed nothing. */
  static Transport withoutSignatures(Transport honest) {
    return new LyingRouter(
        honest,
        map -> {
          map.keySet().removeIf(key -> key.startsWith("clasp_") && !key.equals("clasp_link"));
          return map;
        });
  }

  private Frame told(Frame frame) {
    try {
      if (frame.message() instanceof PublishMessage publish
          && publish.address().startsWith("/clasp/p2p/signal/")
          && publish.value() instanceof Value.Dict map
          && map.get("sdp") != null) {
        return Frame.of(
            PublishMessage.of(
                publish.address(),
                to.clasp.core.message.SignalType.EVENT,
                new Value.Dict(lie.apply(new LinkedHashMap<>(map.entries())))));
      }
      return frame;
    } catch (to.clasp.core.codec.MalformedFrameException e) {
      throw new AssertionError("a router of ours sends sound frames", e);
    }
  }

  @Override
  public void start(TransportListener listener) {
    honest.start(
        new TransportListener() {
          @Override
          public void onOpen() {
            listener.onOpen();
          }

          @Override
          public void onFrame(Frame frame, FrameSource source) {
            listener.onFrame(told(frame), source);
          }

          @Override
          public void onWritable() {
            listener.onWritable();
          }

          @Override
          public void onInterrupted(CloseReason reason, int attempt, Duration delay) {
            listener.onInterrupted(reason, attempt, delay);
          }

          @Override
          public void onClosed(CloseReason reason) {
            listener.onClosed(reason);
          }
        });
  }

  @Override
  public SendResult send(Frame frame) {
    return honest.send(frame);
  }

  @Override
  public boolean isWritable() {
    return honest.isWritable();
  }

  @Override
  public TransportState state() {
    return honest.state();
  }

  @Override
  public int maxFrameSize() {
    return honest.maxFrameSize();
  }

  @Override
  public TransportStats stats() {
    return honest.stats();
  }

  @Override
  public void reconnect(String why) {
    honest.reconnect(why);
  }

  @Override
  public void close() {
    honest.close();
  }
}

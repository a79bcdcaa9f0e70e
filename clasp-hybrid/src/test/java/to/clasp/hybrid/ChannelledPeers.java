package to.clasp.hybrid;

import java.util.ArrayList;
import java.util.List;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.fault.ForwardingPeerTransport;
import to.clasp.testkit.fault.ForwardingPeerTransportProvider;
import to.clasp.transport.TransportState;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/** Gives the peers of another provider further channels, which keep what is sent on them. */
final class ChannelledPeers extends ForwardingPeerTransportProvider {

  /** The channels that were made, the oldest first, those of ended links too. */
  final List<Line> lines = new ArrayList<>();

  ChannelledPeers(PeerTransportProvider links) {
    super(links);
  }

  @Override
  public String name() {
    return super.name() + " with further channels";
  }

  @Override
  public PeerTransport create(PeerTransportRequest request, TransportContext context) {
    return new Channelled(
        super.create(request, context), request.observer(), context.loop(), lines);
  }

  private static final class Channelled extends ForwardingPeerTransport {
    private final PeerTransportObserver observer;
    private final EventLoop loop;
    private final List<Line> lines;

    Channelled(
        PeerTransport link, PeerTransportObserver observer, EventLoop loop, List<Line> lines) {
      super(link);
      this.observer = observer;
      this.loop = loop;
      this.lines = lines;
    }

    @Override
    public boolean createChannel(String label, ChannelOptions options) {
      Line line = new Line(label, options, this);
      lines.add(line);
      loop.execute(() -> observer.onChannel(line, false));
      return true;
    }
  }

  /** A channel, which takes messages for as long as its link is open. */
  static final class Line implements PeerChannel {
    private final String label;
    private final ChannelOptions options;
    private final PeerTransport link;
    private final List<Long> numbers = new ArrayList<>();

    Line(String label, ChannelOptions options, PeerTransport link) {
      this.label = label;
      this.options = options;
      this.link = link;
    }

    /** The numbers that were sent on it. */
    List<Long> numbers() {
      return List.copyOf(numbers);
    }

    TransportState linkState() {
      return link.state();
    }

    @Override
    public String label() {
      return label;
    }

    @Override
    public Reliability reliability() {
      return options.isReliable() ? Reliability.RELIABLE : Reliability.UNRELIABLE;
    }

    @Override
    public ChannelOptions options() {
      return options;
    }

    @Override
    public int maxMessageSize() {
      return link.maxFrameSize();
    }

    @Override
    public long bufferedAmount() {
      return 0;
    }

    @Override
    public boolean isIdle() {
      return link.state() == TransportState.OPEN;
    }

    @Override
    public boolean send(byte[] message) {
      if (link.state() != TransportState.OPEN) {
        return false;
      }
      if (Frame.wrap(message).message() instanceof PublishMessage publish
          && publish.value() instanceof Value.Int64 number) {
        numbers.add(number.value());
      }
      return true;
    }
  }
}

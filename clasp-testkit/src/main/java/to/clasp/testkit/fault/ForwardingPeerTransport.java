package to.clasp.testkit.fault;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import to.clasp.transport.CloseReason;
import to.clasp.transport.identity.LinkSecurity;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.Signal;

/**
 * Hands every call on to another peer transport. For decorators, which override what they change.
 */
public abstract class ForwardingPeerTransport extends ForwardingTransport<PeerTransport>
    implements PeerTransport {

  /**
   * Decorates a peer transport.
   *
   * @param delegate gets the calls
   */
  protected ForwardingPeerTransport(PeerTransport delegate) {
    super(delegate);
  }

  @Override
  public String peerId() {
    return delegate().peerId();
  }

  @Override
  public String correlationId() {
    return delegate().correlationId();
  }

  @Override
  public void signal(Signal signal) {
    delegate().signal(signal);
  }

  @Override
  public List<PeerChannel> channels() {
    return delegate().channels();
  }

  @Override
  public Optional<CandidatePair> candidatePair() {
    return delegate().candidatePair();
  }

  @Override
  public Optional<Duration> roundTrip() {
    return delegate().roundTrip();
  }

  @Override
  public Optional<LinkSecurity> security() {
    return delegate().security();
  }

  @Override
  public boolean restartIce() {
    return delegate().restartIce();
  }

  @Override
  public void abandon(CloseReason reason) {
    delegate().abandon(reason);
  }

  @Override
  public boolean createChannel(String label, ChannelOptions options) {
    return delegate().createChannel(label, options);
  }

  @Override
  public void closeChannel(PeerChannel channel) {
    delegate().closeChannel(channel);
  }
}

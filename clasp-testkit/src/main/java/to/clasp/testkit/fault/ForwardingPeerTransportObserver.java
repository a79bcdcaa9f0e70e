package to.clasp.testkit.fault;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerTransportObserver;
import to.clasp.transport.peer.Signal;

/**
 * Hands everything that a peer transport tells on to another observer. For decorators, which
 * override what they change.
 */
public abstract class ForwardingPeerTransportObserver implements PeerTransportObserver {

  private final PeerTransportObserver observer;

  /**
   * Decorates an observer.
   *
   * @param observer hears what is told
   */
  protected ForwardingPeerTransportObserver(PeerTransportObserver observer) {
    this.observer = Objects.requireNonNull(observer, "observer");
  }

  @Override
  public void onSignal(Signal signal) {
    observer.onSignal(signal);
  }

  @Override
  public void onConnected() {
    observer.onConnected();
  }

  @Override
  public void onCandidatePair(CandidatePair pair) {
    observer.onCandidatePair(pair);
  }

  @Override
  public void onIceServerError(IceServerError error) {
    observer.onIceServerError(error);
  }

  @Override
  public void onConnectivity(Connectivity connectivity) {
    observer.onConnectivity(connectivity);
  }

  @Override
  public boolean onMessage(PeerChannel channel, byte[] message) {
    return observer.onMessage(channel, message);
  }

  @Override
  public void onDrained(PeerChannel channel) {
    observer.onDrained(channel);
  }

  @Override
  public void onChannel(PeerChannel channel, boolean byPeer) {
    observer.onChannel(channel, byPeer);
  }

  @Override
  public void onChannelClosed(String label, @Nullable PeerChannel channel) {
    observer.onChannelClosed(label, channel);
  }

  @Override
  public boolean onStalled() {
    return observer.onStalled();
  }

  @Override
  public void onRenewalDue(boolean overdue) {
    observer.onRenewalDue(overdue);
  }
}

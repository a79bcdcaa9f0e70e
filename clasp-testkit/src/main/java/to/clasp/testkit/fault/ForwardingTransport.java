package to.clasp.testkit.fault;

import java.util.Objects;
import to.clasp.core.codec.Frame;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.TransportStats;

/**
 * Hands every call on to another transport. For decorators, which override what they change.
 *
 * @param <T> the kind of transport that is decorated
 */
public abstract class ForwardingTransport<T extends Transport> implements Transport {

  private final T delegate;

  /**
   * Decorates a transport.
   *
   * @param delegate gets the calls
   */
  protected ForwardingTransport(T delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  /**
   * Returns what is decorated.
   *
   * @return the transport that gets the calls
   */
  protected final T delegate() {
    return delegate;
  }

  @Override
  public void start(TransportListener listener) {
    delegate.start(listener);
  }

  @Override
  public SendResult send(Frame frame) {
    return delegate.send(frame);
  }

  @Override
  public boolean isWritable() {
    return delegate.isWritable();
  }

  @Override
  public TransportState state() {
    return delegate.state();
  }

  @Override
  public int maxFrameSize() {
    return delegate.maxFrameSize();
  }

  @Override
  public void reconnect(String why) {
    delegate.reconnect(why);
  }

  @Override
  public void close() {
    delegate.close();
  }

  @Override
  public TransportStats stats() {
    return delegate.stats();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + delegate + "]";
  }
}

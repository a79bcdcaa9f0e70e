package to.clasp.transport.peer;

/**
 * One message channel of a link, for those who put more than a plain frame into a message. All
 * methods may be called by any thread; none blocks.
 */
public interface PeerChannel {

  /**
   * Returns the label under which both sides know the channel.
   *
   * @return the label
   */
  String label();

  /**
   * Returns what the channel promises.
   *
   * @return the kind of channel
   */
  Reliability reliability();

  /**
   * Returns what exactly the channel promises.
   *
   * @return the options
   */
  default ChannelOptions options() {
    return reliability() == Reliability.RELIABLE
        ? ChannelOptions.RELIABLE
        : ChannelOptions.UNRELIABLE;
  }

  /**
   * Returns how many messages were dropped: lossy ones that gave way to newer ones, or had waited
   * longer than they may.
   *
   * @return the count
   */
  default long dropped() {
    return 0;
  }

  /**
   * Returns the largest message that both sides take.
   *
   * @return the limit, in bytes
   */
  int maxMessageSize();

  /**
   * Returns how much has been accepted and not yet been handed to the network, as far as is known:
   * of little, what left within the last seconds may still count.
   *
   * @return the amount, in bytes
   */
  long bufferedAmount();

  /**
   * Tells whether nothing waits to be handed to the network. While something does, what the caller
   * has may as well gather: {@link PeerTransportObserver#onDrained} follows.
   *
   * @return true if a message would be handed over at once
   */
  boolean isIdle();

  /**
   * Hands over a message.
   *
   * @param message the bytes; the channel takes the array over
   * @return false if the message was not taken: the channel is not open, its buffer is full, or the
   *     message is larger than {@link #maxMessageSize()}
   */
  boolean send(byte[] message);
}

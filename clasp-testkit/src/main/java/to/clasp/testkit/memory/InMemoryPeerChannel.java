package to.clasp.testkit.memory;

import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.Reliability;

/** One way out of an in-memory peer. */
record InMemoryPeerChannel(String label, Reliability reliability, int maxMessageSize, Pipe pipe)
    implements PeerChannel {

  @Override
  public long bufferedAmount() {
    return pipe.bufferedBytes();
  }

  @Override
  public boolean isIdle() {
    return !pipe.isFull();
  }

  @Override
  public boolean send(byte[] message) {
    return message.length <= maxMessageSize && pipe.offer(message) == Pipe.Offer.TAKEN;
  }
}

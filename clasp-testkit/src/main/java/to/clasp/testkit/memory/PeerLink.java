package to.clasp.testkit.memory;

import java.util.function.Consumer;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.PeerTransportRequest;

/**
 * What two in-memory peers are joined by: a link for the reliable channel, whose life is that of
 * the whole, and a lossy pipe each way for the unreliable one.
 */
final class PeerLink {

  /** One side of it. */
  static final class Side {
    private final InMemoryLink.End reliable;
    private final Pipe lossyOut;
    private final Pipe lossyIn;

    private Side(InMemoryLink.End reliable, Pipe lossyOut, Pipe lossyIn) {
      this.reliable = reliable;
      this.lossyOut = lossyOut;
      this.lossyIn = lossyIn;
    }

    InMemoryLink.End reliable() {
      return reliable;
    }

    Pipe lossyOut() {
      return lossyOut;
    }

    /** Lets nothing through, in neither direction, or lets it through again. */
    void silence(boolean silent) {
      reliable.out().silence(silent);
      reliable.in().silence(silent);
      lossyOut.silence(silent);
      lossyIn.silence(silent);
    }

    /** Keeps what this side sends in its buffer, or lets it go again. */
    void stall(boolean stalled) {
      reliable.out().pause(stalled);
      lossyOut.pause(stalled);
    }

    /** Leaves what the other side sends in its buffer, or takes it again. */
    void pauseReading(boolean paused) {
      reliable.in().pause(paused);
      lossyIn.pause(paused);
    }
  }

  /** Where one side of it lives. */
  record Place(EventLoop loop, PeerTransportRequest request, Consumer<byte[]> lossyReceiver) {
    private int bufferBytes() {
      return request.config().sendBufferBytes();
    }
  }

  private final Side offerer;
  private final Side answerer;

  PeerLink(Place offerer, Place answerer) {
    InMemoryLink reliable =
        new InMemoryLink(
            offerer.loop(), offerer.bufferBytes(), answerer.loop(), answerer.bufferBytes());
    Pipe toAnswerer = lossy(offerer, answerer);
    Pipe toOfferer = lossy(answerer, offerer);
    this.offerer = new Side(reliable.left(), toAnswerer, toOfferer);
    this.answerer = new Side(reliable.right(), toOfferer, toAnswerer);
  }

  private static Pipe lossy(Place from, Place to) {
    // A lossy pipe is never full, so nobody waits for room in it.
    return new Pipe(from.bufferBytes(), true, from.loop(), to.loop(), to.lossyReceiver(), () -> {});
  }

  Side offerer() {
    return offerer;
  }

  Side answerer() {
    return answerer;
  }
}

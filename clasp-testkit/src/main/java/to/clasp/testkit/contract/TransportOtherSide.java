package to.clasp.testkit.contract;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;

/**
 * An other side that is made of transports itself: one for each connection that came. For
 * transports whose two ends are of the same kind, as those in memory and those between peers are.
 */
public final class TransportOtherSide implements OtherSide {

  /** What a kind of transport can be told to do to its other side. */
  public interface Commands {

    /**
     * Stops or resumes reading.
     *
     * @param transport the newest transport
     * @param paused true to stop
     */
    void pauseReading(Transport transport, boolean paused);

    /**
     * Breaks the connection abruptly.
     *
     * @param transport the newest transport
     */
    void loseConnection(Transport transport);
  }

  private final Commands commands;
  private final Recorder<Frame> received = new Recorder<>();
  private final Recorder<String> changes = new Recorder<>();
  private final List<Transport> transports = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  /**
   * Makes an other side without connections.
   *
   * @param commands how to stop reading and to break the connection
   */
  public TransportOtherSide(Commands commands) {
    this.commands = commands;
  }

  /**
   * Takes a connection: starts the transport.
   *
   * @param transport the other end, not started
   */
  public void accept(Transport transport) {
    transports.add(transport);
    transport.start(new Listener());
  }

  /**
   * Returns the transports of all connections.
   *
   * @return in the order in which they came
   */
  public List<Transport> transports() {
    return List.copyOf(transports);
  }

  @Override
  public Recorder<Frame> received() {
    return received;
  }

  @Override
  public boolean offer(Frame frame) {
    return newest().send(frame).isAccepted();
  }

  @Override
  public void awaitRoom(Duration timeout) {
    Transport newest = newest();
    changes.awaitThat("room at the other side", timeout, all -> newest.isWritable());
  }

  @Override
  public void awaitConnections(int count, Duration timeout) {
    changes.awaitThat(count + " connections", timeout, all -> opened.get() >= count);
  }

  @Override
  public void awaitDisconnected(Duration timeout) {
    changes.awaitThat("end of all connections", timeout, all -> ended.get() == transports.size());
  }

  @Override
  public void pauseReading() {
    commands.pauseReading(newest(), true);
  }

  @Override
  public void resumeReading() {
    commands.pauseReading(newest(), false);
  }

  @Override
  public void loseConnection() {
    commands.loseConnection(newest());
  }

  @Override
  public void closeConnection() {
    newest().close();
  }

  /**
   * Closes all transports and waits for their ends.
   *
   * @param timeout how long to wait at most
   */
  public void close(Duration timeout) {
    transports.forEach(Transport::close);
    awaitDisconnected(timeout);
  }

  private Transport newest() {
    if (transports.isEmpty()) {
      throw new AssertionError("the other side has had no connection");
    }
    return transports.get(transports.size() - 1);
  }

  private final class Listener implements TransportListener {

    @Override
    public void onOpen() {
      opened.incrementAndGet();
      changes.record("open");
    }

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      received.record(frame);
    }

    @Override
    public void onWritable() {
      changes.record("writable");
    }

    @Override
    public void onClosed(CloseReason reason) {
      ended.incrementAndGet();
      changes.record(reason.toString());
    }
  }
}

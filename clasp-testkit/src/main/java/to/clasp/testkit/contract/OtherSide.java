package to.clasp.testkit.contract;

import java.time.Duration;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.record.Recorder;

/**
 * What a transport under test is connected to: records what it gets, and sends and fails on
 * command. Methods may be called by any thread but the event loops of transports.
 */
public interface OtherSide {

  /**
   * Returns what has arrived, over all connections.
   *
   * @return the frames, in order of arrival
   */
  Recorder<Frame> received();

  /**
   * Sends a frame over the newest connection, if there is room for it now.
   *
   * @param frame the frame
   * @return false if the frame was not taken
   */
  boolean offer(Frame frame);

  /**
   * Waits until a frame may be offered again.
   *
   * @param timeout how long to wait at most
   * @throws AssertionError if the time runs out
   */
  void awaitRoom(Duration timeout);

  /**
   * Waits for connections.
   *
   * @param count how many there must have been in all
   * @param timeout how long to wait at most
   * @throws AssertionError if the time runs out
   */
  void awaitConnections(int count, Duration timeout);

  /**
   * Waits until all connections so far have ended.
   *
   * @param timeout how long to wait at most
   * @throws AssertionError if the time runs out
   */
  void awaitDisconnected(Duration timeout);

  /**
   * Stops reading: what is sent to it gathers at the sender, as far as the network does not hold
   * it.
   */
  void pauseReading();

  /** Reads again. */
  void resumeReading();

  /** Breaks the connection abruptly, as a process that is killed does. */
  void loseConnection();

  /** Closes the connection in an orderly way. */
  void closeConnection();

  /**
   * Sends a frame, waiting for room.
   *
   * @param frame the frame
   * @param timeout how long to wait at most
   * @throws AssertionError if the time runs out
   */
  default void send(Frame frame, Duration timeout) {
    while (!offer(frame)) {
      awaitRoom(timeout);
    }
  }
}

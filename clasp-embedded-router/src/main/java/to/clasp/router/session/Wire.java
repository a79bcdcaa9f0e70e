package to.clasp.router.session;

import java.util.List;

/** The socket of a client, as the protocol sees it. Called on the event loop only. */
public interface Wire {

  /**
   * Sends frames, each as one WebSocket message, in order. Only called again after it has said that
   * it is done.
   *
   * @param frames encoded frames, not to be changed
   * @param done is run once when all have been handed to the network or the connection has failed;
   *     on any thread, also within this call
   */
  void send(List<byte[]> frames, Runnable done);

  /**
   * Tells that a received message is done with, so that another may be read.
   *
   * @param bytes its size
   */
  void consumed(int bytes);

  /**
   * Closes with a close frame.
   *
   * @param status the status of RFC 6455
   * @param reason a short text
   */
  void close(int status, String reason);

  /** Ends the TCP connection, without a close frame. */
  void abort();
}

package to.clasp.transport;

/**
 * Counters of a transport since its start, and its queue now. Immutable.
 *
 * @param framesSent frames accepted
 * @param bytesSent their size, in bytes
 * @param framesReceived frames handed to the listener
 * @param bytesReceived their size, in bytes
 * @param framesDropped frames given up in either direction: lossy frames replaced by newer ones,
 *     and received frames that were malformed or not allowed
 * @param listenerFailures exceptions that the listener threw
 * @param queuedBytes accepted bytes that have not left yet
 * @param connects how often a connection was established
 */
public record TransportStats(
    long framesSent,
    long bytesSent,
    long framesReceived,
    long bytesReceived,
    long framesDropped,
    long listenerFailures,
    long queuedBytes,
    long connects) {

  /** All zero. */
  public static final TransportStats ZERO = new TransportStats(0, 0, 0, 0, 0, 0, 0, 0);
}

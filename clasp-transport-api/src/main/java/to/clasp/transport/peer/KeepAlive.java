package to.clasp.transport.peer;

/**
 * How a client keeps its session with a router alive.
 *
 * <p>A router forgets a session that receives nothing for some minutes, without a word and without
 * closing the socket. A client therefore publishes to the signal address of its own session now and
 * then and watches the echo. The payload is a map whose {@code type} is {@value #SIGNAL_TYPE}.
 *
 * <p>The same addresses carry the signals of peers: whoever consumes those must hand a keep-alive
 * that came on the own session's signal address up to the client, like any other frame.
 */
public final class KeepAlive {

  /** The {@code type} of the payload of a keep-alive. */
  public static final String SIGNAL_TYPE = "keepalive";

  private KeepAlive() {}
}

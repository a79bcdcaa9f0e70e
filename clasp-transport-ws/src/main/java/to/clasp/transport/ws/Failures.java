package to.clasp.transport.ws;

import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;

/** The one place where failures of OkHttp become reasons that say what to check. */
final class Failures {

  private Failures() {}

  /** The reason why an attempt to connect failed. */
  static CloseReason connecting(URI uri, Throwable failure, @Nullable Response response) {
    if (response != null) {
      return answered(uri, response.code(), failure);
    }
    if (failure instanceof ConnectException && !isTimeout(failure)) {
      return new CloseReason(
          Code.CONNECTION_REFUSED,
          "nothing listens at " + uri + "; check host and port, and that the router runs",
          failure);
    }
    if (failure instanceof UnknownHostException || failure instanceof NoRouteToHostException) {
      return new CloseReason(
          Code.HOST_UNREACHABLE,
          "the host of " + uri + " cannot be found or reached; check its name and the network",
          failure);
    }
    if (failure instanceof SSLException) {
      return new CloseReason(
          Code.TLS_FAILED,
          "the TLS handshake with "
              + uri
              + " failed ("
              + failure.getMessage()
              + "); check the server's certificate and the trust settings, and that the server"
              + " speaks TLS at this port",
          failure);
    }
    if (isTimeout(failure)) {
      return timeout(uri, failure);
    }
    if (failure instanceof ProtocolException) {
      return notARouter(uri, failure.getMessage(), failure);
    }
    if (failure instanceof EOFException || failure.getCause() instanceof EOFException) {
      // So does a router that is going down: worth another attempt.
      return new CloseReason(
          Code.CONNECTION_LOST,
          uri
              + " closed the connection before it answered the upgrade; check host and port, and"
              + " that a CLASP router listens there",
          failure);
    }
    return new CloseReason(
        Code.CONNECTION_LOST,
        "the connection to " + uri + " broke while it was made: " + failure,
        failure);
  }

  private static CloseReason answered(URI uri, int status, Throwable failure) {
    if (status == 401) {
      return new CloseReason(
          Code.UNAUTHORIZED,
          uri + " answered 401; check the credentials in the headers of the connection options",
          failure);
    }
    if (status == 403) {
      return new CloseReason(
          Code.FORBIDDEN,
          uri + " answered 403; the credentials do not permit this connection",
          failure);
    }
    if (status == 407) {
      return new CloseReason(
          Code.UNAUTHORIZED, "the proxy in front of " + uri + " wants credentials (407)", failure);
    }
    if (status >= 500) {
      return new CloseReason(
          Code.CONNECTION_REFUSED,
          uri + " answered " + status + "; the router behind it is down or overloaded",
          failure);
    }
    return notARouter(uri, "it answered the upgrade with status " + status, failure);
  }

  private static CloseReason notARouter(URI uri, @Nullable String why, Throwable failure) {
    return new CloseReason(
        Code.NOT_A_ROUTER,
        "the server at " + uri + " is no CLASP router: " + why + "; check host, port and path",
        failure);
  }

  /** The reason when the connect timeout ran out. */
  static CloseReason timeout(URI uri, @Nullable Throwable failure) {
    return new CloseReason(
        Code.CONNECT_TIMEOUT,
        uri
            + " did not complete the connection in time; check host and port, and whether a"
            + " firewall drops packets",
        failure);
  }

  /** The reason when the server did not choose our sub-protocol. */
  static CloseReason wrongSubprotocol(URI uri, @Nullable String chosen) {
    return CloseReason.of(
        Code.WRONG_SUBPROTOCOL,
        "the server at "
            + uri
            + (chosen == null ? " chose no sub-protocol" : " chose sub-protocol \"" + chosen + "\"")
            + " where a CLASP router chooses \"clasp\"; check host, port and path");
  }

  /** The reason why an established connection ended. */
  static CloseReason established(URI uri, Throwable failure) {
    if (isTimeout(failure)) {
      return new CloseReason(
          Code.SILENT,
          uri + " stopped answering WebSocket pings: " + failure.getMessage(),
          failure);
    }
    if (failure instanceof ProtocolException) {
      return new CloseReason(
          Code.PROTOCOL_ERROR,
          uri + " broke the WebSocket protocol: " + failure.getMessage(),
          failure);
    }
    if (failure instanceof EOFException) {
      return new CloseReason(Code.REMOTE_CLOSE, uri + " closed the connection", failure);
    }
    return new CloseReason(
        Code.CONNECTION_LOST, "the connection to " + uri + " broke: " + failure, failure);
  }

  private static boolean isTimeout(Throwable failure) {
    return failure instanceof InterruptedIOException
        || (failure instanceof ConnectException
            && failure.getMessage() != null
            && failure.getMessage().contains("timed out"));
  }
}

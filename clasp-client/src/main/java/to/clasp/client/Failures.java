package to.clasp.client;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import to.clasp.client.ClaspException.Code;
import to.clasp.core.message.ErrorMessage;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.PeerUnreachableException;

/** The one place where wire errors and transport failures become exceptions of this package. */
final class Failures {

  /** Error codes of CLASP that a router sends (CLASP wire format, "Error codes"). */
  static final int BAD_PATTERN = 202;

  static final int UNAUTHORIZED = 300;
  static final int FORBIDDEN = 301;
  static final int TOKEN_EXPIRED = 302;
  static final int CONFLICT = 400;
  static final int REFUSED = 403;
  static final int NO_SUCH_SESSION = 404;
  static final int RATE_LIMITED = 429;
  static final int OVERFLOW = 503;

  /** Defined as "address not found"; routers do not send it, peers of ours do. */
  static final int NOT_FOUND = 201;

  /** What an error is about. */
  enum Concern {
    SUBSCRIPTION,
    PUBLISH,
    READ,
    BUNDLE,
    WRITE,
    /** The session as a whole. */
    SESSION
  }

  private Failures() {}

  /** Errors name an address and no request; what kind it was, only the router's text tells. */
  static Concern concernOf(ErrorMessage error) {
    String text = error.message();
    return switch (error.code()) {
      case BAD_PATTERN -> Concern.SUBSCRIPTION;
      case NO_SUCH_SESSION -> Concern.PUBLISH;
      case RATE_LIMITED -> error.address() == null ? Concern.SESSION : Concern.SUBSCRIPTION;
      case REFUSED ->
          error.address() == null || text.startsWith("Bundle") ? Concern.BUNDLE : Concern.WRITE;
      case FORBIDDEN -> {
        if (text.contains("subscription")) {
          yield Concern.SUBSCRIPTION;
        }
        if (text.contains("publish")) {
          yield Concern.PUBLISH;
        }
        yield text.contains("read") ? Concern.READ : Concern.WRITE;
      }
      default -> error.address() == null ? Concern.SESSION : Concern.WRITE;
    };
  }

  static ClaspException of(ErrorMessage error) {
    String where = error.address() == null ? "" : " (" + error.address() + ")";
    String text = "the router refused: " + error.message() + where;
    return switch (error.code()) {
      case BAD_PATTERN -> new ClaspException(Code.BAD_PATTERN, text, null);
      case UNAUTHORIZED -> new ClaspException(Code.UNAUTHORIZED, text + "; check the token", null);
      case TOKEN_EXPIRED -> new ClaspException(Code.UNAUTHORIZED, text + "; get a new token", null);
      case FORBIDDEN, REFUSED ->
          new ClaspException(
              Code.FORBIDDEN, text + "; the token's scopes do not permit this", null);
      case CONFLICT -> new ClaspException(conflict(error.message()), text, null);
      case NO_SUCH_SESSION -> new ClaspException(Code.PEER_UNREACHABLE, text, null);
      case RATE_LIMITED -> new ClaspException(Code.RATE_LIMITED, text, null);
      default -> new ClaspException(Code.REFUSED, text + ", code " + error.code(), null);
    };
  }

  /** Code 400 has several causes, which only the router's text tells apart. */
  private static Code conflict(String text) {
    if (text.startsWith("RevisionConflict")) {
      return Code.REVISION_CONFLICT;
    }
    return text.startsWith("LockHeld") ? Code.LOCKED : Code.REFUSED;
  }

  static ClaspException of(Throwable failure) {
    if (failure instanceof ClaspException clasp) {
      return clasp;
    }
    if (failure instanceof PeerUnreachableException peer) {
      return new ClaspException(
          Code.PEER_UNREACHABLE,
          "peer " + peer.peerId() + " cannot be reached: " + peer.getMessage(),
          peer);
    }
    if (failure instanceof TransportException transport) {
      return new ClaspException(codeOf(transport.reason()), transport.getMessage(), transport);
    }
    return new ClaspException(Code.REFUSED, String.valueOf(failure.getMessage()), failure);
  }

  private static Code codeOf(@Nullable CloseReason reason) {
    if (reason == null) {
      return Code.NOT_CONNECTED;
    }
    return switch (reason.code()) {
      case LOCAL_CLOSE -> Code.CLOSED;
      case UNAUTHORIZED -> Code.UNAUTHORIZED;
      case FORBIDDEN -> Code.FORBIDDEN;
      case UNAVAILABLE -> Code.P2P_UNAVAILABLE;
      case REJECTED -> Code.REJECTED;
      case PEER_GONE -> Code.PEER_UNREACHABLE;
      default -> Code.NOT_CONNECTED;
    };
  }

  /** What a stage was completed with, which may stand in a wrapping. */
  static ClaspException ofStage(Throwable failure) {
    Throwable cause = failure.getCause();
    return of(failure instanceof CompletionException && cause != null ? cause : failure);
  }

  /** Why a channel was not made. */
  static ClaspException ofChannel(Throwable failure) {
    ClaspException plain = ofStage(failure);
    if (plain.getCause() instanceof TransportException transport && transport.reason() != null) {
      return switch (transport.reason().code()) {
        case NEGOTIATION_FAILED, EVICTED, CHANNEL_CLOSED, UNAVAILABLE ->
            new ClaspException(Code.REFUSED, plain.getMessage(), transport);
        case CONNECTION_LOST, CONNECT_TIMEOUT ->
            new ClaspException(Code.PEER_UNREACHABLE, plain.getMessage(), transport);
        default -> plain;
      };
    }
    return plain;
  }

  static ClaspException closed() {
    return new ClaspException(Code.CLOSED, "the client is closed; connect a new one", null);
  }

  static ClaspException withdrawn() {
    return new ClaspException(Code.CLOSED, "it was withdrawn before it could be sent", null);
  }

  static ClaspException tooLarge(int size, int limit) {
    return new ClaspException(
        Code.TOO_LARGE,
        "the frame would have "
            + size
            + " bytes, but at most "
            + limit
            + " fit; split the value or send a reference to it",
        null);
  }
}

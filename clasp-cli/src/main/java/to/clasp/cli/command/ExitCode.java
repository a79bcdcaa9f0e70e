package to.clasp.cli.command;

import to.clasp.client.ClaspException;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;

/** The exit codes of all commands; those of {@code sysexits.h} where it has one. */
public enum ExitCode {
  /** Done. */
  OK(0, "Done."),
  /** It was tried, and failed. */
  FAILED(1, "It was tried, and failed; the message says why."),
  /** Something in the command line is wrong. */
  USAGE(64, "Something in the command line is wrong."),
  /** Something that is needed cannot be had. */
  UNAVAILABLE(69, "The router, a peer or a port cannot be had."),
  /** A defect of this program. */
  DEFECT(70, "A defect of this program."),
  /** No answer in time. */
  NO_ANSWER(75, "No answer in time."),
  /** Not permitted. */
  NOT_PERMITTED(77, "The router does not permit it; check the token."),
  /** Ended by Ctrl-C; the JVM sets it. */
  INTERRUPTED(130, "Ended by Ctrl-C.");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /**
   * Returns the code.
   *
   * @return 0 to 255
   */
  public int code() {
    return code;
  }

  /**
   * Says what it means, for the help.
   *
   * @return one sentence
   */
  public String meaning() {
    return meaning;
  }

  static ExitCode of(ClaspException.Code failure) {
    return switch (failure) {
      case NOT_CONNECTED, HANDSHAKE_TIMEOUT, PEER_UNREACHABLE, P2P_UNAVAILABLE -> UNAVAILABLE;
      case UNAUTHORIZED, FORBIDDEN, REJECTED -> NOT_PERMITTED;
      case BAD_PATTERN, TOO_LARGE, NO_TRANSPORT -> USAGE;
      case TIMEOUT, NOT_FOUND -> NO_ANSWER;
      case REVISION_CONFLICT, LOCKED, REFUSED, RATE_LIMITED, BACKPRESSURE, CLOSED -> FAILED;
    };
  }

  static ExitCode of(TransportException failure) {
    CloseReason.Code reason = failure.reason().code();
    return reason == CloseReason.Code.UNAUTHORIZED || reason == CloseReason.Code.FORBIDDEN
        ? NOT_PERMITTED
        : UNAVAILABLE;
  }
}

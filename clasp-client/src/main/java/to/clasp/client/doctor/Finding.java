package to.clasp.client.doctor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an examination has found out about one thing.
 *
 * @param step what was looked at
 * @param outcome what came of it
 * @param detail what was seen, in a sentence for people; holds no secret
 * @param advice what to do next, or null when there is nothing to do
 */
public record Finding(Step step, Outcome outcome, String detail, @Nullable String advice) {

  /** The steps, in their order. */
  public enum Step {
    /** The Java that runs this. */
    JVM,
    /** System and processor. */
    OS,
    /** The native library of WebRTC. */
    NATIVE_LIBRARY,
    /** The network interfaces. */
    INTERFACES,
    /** A session with the router, and a round trip. */
    ROUTER,
    /** The address that a STUN server sees. */
    STUN,
    /** Data through a TURN server. */
    TURN,
    /** A direct link between two peers of this process. */
    LOOPBACK_LINK,
    /** A link with a given peer. */
    PEER_LINK
  }

  /** What may come of a step. */
  public enum Outcome {
    /** It works. */
    PASS,
    /** It does not. */
    FAIL,
    /** It was not looked at; the detail says why. */
    SKIPPED
  }

  /** Checks that all is there. */
  public Finding {
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(detail, "detail");
  }

  static Finding pass(Step step, String detail) {
    return new Finding(step, Outcome.PASS, detail, null);
  }

  static Finding pass(Step step, String detail, @Nullable String advice) {
    return new Finding(step, Outcome.PASS, detail, advice);
  }

  static Finding fail(Step step, String detail, String advice) {
    return new Finding(step, Outcome.FAIL, detail, advice);
  }

  static Finding skipped(Step step, String why) {
    return new Finding(step, Outcome.SKIPPED, why, null);
  }
}

package to.clasp.transport.pace;

import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.MessageType;

/**
 * The limit to keep below: configured, lowered by the router's refusals, and rising again.
 *
 * <p>A refusal that names a lower limit than the one known sets it for good. One that names none,
 * or the limit that was kept, cuts the limit by a quarter; from then on it rises by a twentieth of
 * the full limit a second.
 *
 * <p>Not safe for use by several threads at once.
 */
final class AdaptiveLimit {

  private static final int RATE_LIMIT_EXCEEDED = 429;
  private static final Pattern LIMIT_IN_TEXT = Pattern.compile("\\b(\\d{1,7}) messages/second");
  private static final double CUT = 0.75;
  private static final double RISE_PER_SECOND = 0.05;
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private double full;
  private double base;
  private long risesFrom;

  AdaptiveLimit(int configured) {
    full = configured;
    base = configured;
  }

  /**
   * Reads a refusal for the rate. A refusal with an address is another one: too many subscriptions.
   *
   * @return the limit that the refusal names, 0 when it names none; empty when it is no such
   *     refusal
   */
  static OptionalInt refusal(Frame frame) {
    try {
      if (frame.messageType() != MessageType.ERROR) {
        return OptionalInt.empty();
      }
      Message message = frame.message();
      if (!(message instanceof ErrorMessage error)
          || error.code() != RATE_LIMIT_EXCEEDED
          || error.address() != null) {
        return OptionalInt.empty();
      }
      Matcher limit = LIMIT_IN_TEXT.matcher(error.message());
      return OptionalInt.of(limit.find() ? Integer.parseInt(limit.group(1)) : 0);
    } catch (MalformedFrameException e) {
      // Whoever reads the frame will count it; it is no refusal.
      return OptionalInt.empty();
    }
  }

  /** Takes a refusal into account; the limit rises again from the given time on. */
  void refused(int namedLimit, long now, long riseFrom) {
    double before = at(now);
    if (namedLimit > 0 && namedLimit < full) {
      full = namedLimit;
      base = Math.min(before, full);
    } else {
      base = Math.max(1, before * CUT);
    }
    risesFrom = riseFrom;
  }

  double at(long now) {
    if (base >= full) {
      return full;
    }
    double seconds = Math.max(0, now - risesFrom) / NANOS_PER_SECOND;
    return Math.min(full, base + full * RISE_PER_SECOND * seconds);
  }
}

package to.clasp.router.subscription;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.message.SignalType;

/**
 * A pattern of addresses, and the kinds of data that someone wants from them.
 *
 * @param <S> who subscribes
 */
public final class Subscription<S extends Subscriber> {

  private final S subscriber;
  private final AddressPattern pattern;
  private final int types;

  Subscription(S subscriber, AddressPattern pattern, Set<SignalType> types) {
    this.subscriber = subscriber;
    this.pattern = pattern;
    int mask = 0;
    for (SignalType type : types) {
      mask |= 1 << type.code();
    }
    this.types = mask;
  }

  S subscriber() {
    return subscriber;
  }

  AddressPattern pattern() {
    return pattern;
  }

  /** No types means all. */
  boolean wants(@Nullable SignalType signal) {
    return types == 0 || signal == null || (types & 1 << signal.code()) != 0;
  }
}

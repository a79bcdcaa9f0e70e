package to.clasp.client;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.SignalType;
import to.clasp.transport.Ranges;

/**
 * What a subscription wants. The router stores maxRate, epsilon and history and applies none of
 * them; the client thins by itself. Immutable; made by {@link #builder()}.
 */
public final class SubscribeOptions {

  /** Everything, unthinned. */
  public static final SubscribeOptions DEFAULTS = builder().build();

  private final Set<SignalType> types;
  private final @Nullable Integer maxRate;
  private final @Nullable Double epsilon;
  private final @Nullable Integer history;

  private SubscribeOptions(Builder builder) {
    types = Set.copyOf(builder.types);
    maxRate = builder.maxRate;
    epsilon = builder.epsilon;
    history = builder.history;
  }

  /**
   * Starts with all defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the wanted signal types.
   *
   * @return the types; empty for all
   */
  public Set<SignalType> types() {
    return types;
  }

  /**
   * Returns how many updates of one address a second are wanted.
   *
   * @return the bound, or null for no bound
   */
  public @Nullable Integer maxRate() {
    return maxRate;
  }

  /**
   * Returns the smallest change of a number that is wanted.
   *
   * @return the change, or null for any
   */
  public @Nullable Double epsilon() {
    return epsilon;
  }

  /**
   * Returns how many past values are wanted; today's routers give none.
   *
   * @return the number, or null
   */
  public @Nullable Integer history() {
    return history;
  }

  /** Builds options. Not safe for use by several threads at once. */
  public static final class Builder {
    private final Set<SignalType> types = EnumSet.noneOf(SignalType.class);
    private @Nullable Integer maxRate;
    private @Nullable Double epsilon;
    private @Nullable Integer history;

    private Builder() {}

    /**
     * Adds wanted signal types. Default all.
     *
     * @param wanted the types
     * @return this
     */
    public Builder types(SignalType... wanted) {
      types.addAll(List.of(wanted));
      return this;
    }

    /**
     * Sets how many updates of one address are wanted in a second; of those in between, the newest
     * is delivered at the end of the interval. Events and the ends of gestures are never thinned.
     * Default no bound.
     *
     * @param perSecond 1 to 1 000 000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxRate(int perSecond) {
      maxRate = Ranges.between("maxRate", perSecond, 1, 1_000_000);
      return this;
    }

    /**
     * Sets the smallest change of a number that is worth an update. Default any change.
     *
     * @param change 0 or more, and finite
     * @return this
     * @throws IllegalArgumentException if negative, infinite or no number
     */
    public Builder epsilon(double change) {
      if (!(change >= 0 && change < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("epsilon must be 0 or more and finite, not " + change);
      }
      epsilon = change;
      return this;
    }

    /**
     * Sets how many past values are wanted. Default none. Today's routers give none.
     *
     * @param values 0 or more
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public Builder history(int values) {
      history = Ranges.atLeast("history", values, 0);
      return this;
    }

    /**
     * Builds the options.
     *
     * @return immutable options
     */
    public SubscribeOptions build() {
      return new SubscribeOptions(this);
    }
  }
}

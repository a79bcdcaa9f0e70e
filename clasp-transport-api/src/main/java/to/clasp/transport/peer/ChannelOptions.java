package to.clasp.transport.peer;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.Ranges;

/**
 * What a further channel of a link promises (W3C WebRTC, {@code RTCDataChannelInit}). Immutable;
 * made by {@link #builder()}, or one of the constants.
 *
 * <p>WebRTC lets a channel have one of the two limits. CLASP's pages set both, which is accepted:
 * the retransmits limit the channel, and the lifetime drops what has waited longer in our queue
 * before it reaches the channel.
 *
 * @param ordered whether messages arrive in the order in which they were sent
 * @param maxRetransmits how often a lost message is repeated, 0 to 65 535; null for as often as it
 *     takes
 * @param maxPacketLifeTime how long a message is repeated, or waits to be sent, 1 to 65 535 ms;
 *     null for as long as it takes
 * @param priority how the channel fares against others
 */
public record ChannelOptions(
    boolean ordered,
    @Nullable Integer maxRetransmits,
    @Nullable Duration maxPacketLifeTime,
    ChannelPriority priority) {

  /** Ordered, repeated until it arrives. */
  public static final ChannelOptions RELIABLE = builder().build();

  /** Neither ordered nor repeated. */
  public static final ChannelOptions UNRELIABLE =
      builder().ordered(false).maxRetransmits(0).build();

  private static final int MAX = 65_535;

  /** Checks the ranges. */
  public ChannelOptions {
    Objects.requireNonNull(priority, "priority");
    if (maxRetransmits != null) {
      Ranges.between("maxRetransmits", maxRetransmits, 0, MAX);
    }
    if (maxPacketLifeTime != null) {
      Ranges.duration("maxPacketLifeTime", maxPacketLifeTime, 1, MAX);
    }
  }

  /**
   * Tells whether nothing is ever given up.
   *
   * @return true if there is no limit
   */
  public boolean isReliable() {
    return maxRetransmits == null && maxPacketLifeTime == null;
  }

  /**
   * Starts with a reliable channel.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds options. Not safe for use by several threads at once. */
  public static final class Builder {
    private boolean ordered = true;
    private @Nullable Integer maxRetransmits;
    private @Nullable Duration maxPacketLifeTime;
    private ChannelPriority priority = ChannelPriority.LOW;

    private Builder() {}

    /**
     * Sets whether messages arrive in the order in which they were sent. Default true.
     *
     * @param ordered true or false
     * @return this
     */
    public Builder ordered(boolean ordered) {
      this.ordered = ordered;
      return this;
    }

    /**
     * Sets how often a lost message is repeated. Default as often as it takes.
     *
     * @param retransmits 0 to 65535
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxRetransmits(int retransmits) {
      maxRetransmits = Ranges.between("maxRetransmits", retransmits, 0, MAX);
      return this;
    }

    /**
     * Sets how long a message is repeated, or waits to be sent. Default as long as it takes.
     *
     * @param time 1 to 65535 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxPacketLifeTime(Duration time) {
      maxPacketLifeTime = Ranges.duration("maxPacketLifeTime", time, 1, MAX);
      return this;
    }

    /**
     * Sets how the channel fares against others. Default {@link ChannelPriority#LOW}.
     *
     * @param priority the priority
     * @return this
     */
    public Builder priority(ChannelPriority priority) {
      this.priority = Objects.requireNonNull(priority, "priority");
      return this;
    }

    /**
     * Builds the options.
     *
     * @return immutable options
     */
    public ChannelOptions build() {
      return new ChannelOptions(ordered, maxRetransmits, maxPacketLifeTime, priority);
    }
  }
}

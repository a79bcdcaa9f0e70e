package to.clasp.transport.pace;

import java.time.Duration;
import to.clasp.transport.Ranges;

/** How a {@link PacedTransport} paces. Immutable; made by {@link #builder()}. */
public final class PaceOptions {

  /** All defaults. */
  public static final PaceOptions DEFAULTS = builder().build();

  /** The limit of a CLASP router in its default configuration, in messages per second. */
  public static final int DEFAULT_MESSAGES_PER_SECOND = 1_000;

  /** The limit of a CLASP relay that asks for tokens, in messages per second. */
  public static final int AUTHENTICATED_MESSAGES_PER_SECOND = 30;

  private final int messagesPerSecond;
  private final int maxQueuedFrames;
  private final int maxQueuedBytes;
  private final Duration drainTimeout;
  private final boolean gated;

  private PaceOptions(Builder builder) {
    messagesPerSecond = builder.messagesPerSecond;
    maxQueuedFrames = builder.maxQueuedFrames;
    maxQueuedBytes = builder.maxQueuedBytes;
    drainTimeout = builder.drainTimeout;
    gated = builder.gated;
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
   * Returns the router's limit, which is never exceeded within any second.
   *
   * @return messages per second
   */
  public int messagesPerSecond() {
    return messagesPerSecond;
  }

  /**
   * Returns how many accepted frames may wait in each lane.
   *
   * @return the bound
   */
  public int maxQueuedFrames() {
    return maxQueuedFrames;
  }

  /**
   * Returns how many accepted bytes may wait in each lane; the last frame may go beyond.
   *
   * @return the bound, in bytes
   */
  public int maxQueuedBytes() {
    return maxQueuedBytes;
  }

  /**
   * Returns how long closing waits for the lanes to empty, before the wrapped transport drains.
   *
   * @return zero or a positive time
   */
  public Duration drainTimeout() {
    return drainTimeout;
  }

  /**
   * Tells whether data waits for {@link PacedTransport#release()} on each new connection.
   *
   * @return true if so
   */
  public boolean gated() {
    return gated;
  }

  /** Builds options. Not safe for use by several threads at once. */
  public static final class Builder {
    private int messagesPerSecond = DEFAULT_MESSAGES_PER_SECOND;
    private int maxQueuedFrames = 10_000;
    private int maxQueuedBytes = 1 << 20;
    private Duration drainTimeout = Duration.ofSeconds(2);
    private boolean gated = true;

    private Builder() {}

    /**
     * Sets the router's limit. Default {@value PaceOptions#DEFAULT_MESSAGES_PER_SECOND}; a relay
     * that asks for tokens allows {@value PaceOptions#AUTHENTICATED_MESSAGES_PER_SECOND}. A lower
     * limit is learnt from the router's refusals.
     *
     * @param limit messages per second, 1 to 1 000 000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder messagesPerSecond(int limit) {
      messagesPerSecond = Ranges.between("messagesPerSecond", limit, 1, 1_000_000);
      return this;
    }

    /**
     * Sets how many accepted frames may wait in each lane. Default 10 000.
     *
     * @param frames 1 to 1 000 000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxQueuedFrames(int frames) {
      maxQueuedFrames = Ranges.between("maxQueuedFrames", frames, 1, 1_000_000);
      return this;
    }

    /**
     * Sets how many accepted bytes may wait in each lane. Default 1 MiB.
     *
     * @param bytes 65 547 (one frame) to 1 GiB
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxQueuedBytes(int bytes) {
      maxQueuedBytes = Ranges.between("maxQueuedBytes", bytes, 65_547, 1 << 30);
      return this;
    }

    /**
     * Sets how long closing waits for the lanes to empty. Default 2 s.
     *
     * @param timeout 0 to 10 min
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder drainTimeout(Duration timeout) {
      drainTimeout = Ranges.duration("drainTimeout", timeout, 0, 600_000);
      return this;
    }

    /**
     * Sets whether data waits for {@link PacedTransport#release()} on each new connection. Default
     * true.
     *
     * @param gated false for a transport without sessions
     * @return this
     */
    public Builder gated(boolean gated) {
      this.gated = gated;
      return this;
    }

    /**
     * Builds the options.
     *
     * @return immutable options
     */
    public PaceOptions build() {
      return new PaceOptions(this);
    }
  }
}

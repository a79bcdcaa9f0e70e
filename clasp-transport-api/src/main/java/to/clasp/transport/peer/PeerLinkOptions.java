package to.clasp.transport.peer;

import java.time.Duration;
import java.util.Objects;
import to.clasp.transport.Backoff;
import to.clasp.transport.Ranges;

/**
 * How frames to a peer of the same kind survive a change of their path. Immutable; made by {@link
 * #builder()}.
 */
public final class PeerLinkOptions {

  /** All defaults. */
  public static final PeerLinkOptions DEFAULTS = builder().build();

  private final boolean enabled;
  private final int windowFrames;
  private final int windowBytes;
  private final int batchBytes;
  private final Duration acknowledgeDelay;
  private final Duration silenceTimeout;
  private final Duration heartbeatInterval;
  private final int heartbeatsPerSecond;
  private final Duration helloInterval;
  private final int relayedInFlight;
  private final Duration relayTimeout;
  private final Duration barrierTimeout;
  private final Duration lifetime;
  private final int copiesPercent;
  private final Backoff stability;

  private PeerLinkOptions(Builder builder) {
    enabled = builder.enabled;
    windowFrames = builder.windowFrames;
    windowBytes = builder.windowBytes;
    batchBytes = builder.batchBytes;
    acknowledgeDelay = builder.acknowledgeDelay;
    silenceTimeout = builder.silenceTimeout;
    heartbeatInterval = builder.heartbeatInterval;
    heartbeatsPerSecond = builder.heartbeatsPerSecond;
    helloInterval = builder.helloInterval;
    relayedInFlight = builder.relayedInFlight;
    relayTimeout = builder.relayTimeout;
    barrierTimeout = builder.barrierTimeout;
    lifetime = builder.lifetime;
    copiesPercent = builder.copiesPercent;
    stability = builder.stability;
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
   * Starts with these options.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.enabled = enabled;
    builder.windowFrames = windowFrames;
    builder.windowBytes = windowBytes;
    builder.batchBytes = batchBytes;
    builder.acknowledgeDelay = acknowledgeDelay;
    builder.silenceTimeout = silenceTimeout;
    builder.heartbeatInterval = heartbeatInterval;
    builder.heartbeatsPerSecond = heartbeatsPerSecond;
    builder.helloInterval = helloInterval;
    builder.relayedInFlight = relayedInFlight;
    builder.relayTimeout = relayTimeout;
    builder.barrierTimeout = barrierTimeout;
    builder.lifetime = lifetime;
    builder.copiesPercent = copiesPercent;
    builder.stability = stability;
    return builder;
  }

  /**
   * Tells whether peers of the same kind number and acknowledge their frames, so that none is lost
   * when the path changes.
   *
   * @return true if so
   */
  public boolean enabled() {
    return enabled;
  }

  /**
   * Tells how many frames may wait for the peer's acknowledgement; more get {@code BUFFER_FULL}.
   *
   * @return the bound
   */
  public int windowFrames() {
    return windowFrames;
  }

  /**
   * Tells how many bytes of frames may wait for the peer's acknowledgement; more get {@code
   * BUFFER_FULL}.
   *
   * @return the bound
   */
  public int windowBytes() {
    return windowBytes;
  }

  /**
   * Tells how many bytes of frames travel in one data channel message at most; the negotiated
   * maximum counts too.
   *
   * @return the bound
   */
  public int batchBytes() {
    return batchBytes;
  }

  /**
   * Tells how long an acknowledgement may wait for a frame that carries it.
   *
   * @return the time
   */
  public Duration acknowledgeDelay() {
    return acknowledgeDelay;
  }

  /**
   * Tells after how long without a receipt a direct link counts as silent, on top of twenty times
   * its round trip; one lost packet costs it 400 ms.
   *
   * @return the time
   */
  public Duration silenceTimeout() {
    return silenceTimeout;
  }

  /**
   * Tells how often an idle direct link is asked whether it lives.
   *
   * @return the time
   */
  public Duration heartbeatInterval() {
    return heartbeatInterval;
  }

  /**
   * Tells how many idle direct links this side asks in a second at most, unasked: a peer that asks
   * is answered, and may be asked in the answer. A client with more links than that asks each of
   * them less often than {@link #heartbeatInterval()} says.
   *
   * @return the bound
   */
  public int heartbeatsPerSecond() {
    return heartbeatsPerSecond;
  }

  /**
   * Tells how often a peer that does not answer is greeted again.
   *
   * @return the time
   */
  public Duration helloInterval() {
    return helloInterval;
  }

  /**
   * Tells how many envelopes to one peer are under way through the router at once.
   *
   * @return the bound
   */
  public int relayedInFlight() {
    return relayedInFlight;
  }

  /**
   * Tells after how long without an acknowledgement an envelope through the router counts as lost,
   * at least; four round trips if that is more.
   *
   * @return the time
   */
  public Duration relayTimeout() {
    return relayTimeout;
  }

  /**
   * Tells how long the first numbered frame waits for plain ones that still travel through the
   * router.
   *
   * @return the time
   */
  public Duration barrierTimeout() {
    return barrierTimeout;
  }

  /**
   * Tells how long frames are kept for a peer that cannot be reached on any path.
   *
   * @return the time
   */
  public Duration lifetime() {
    return lifetime;
  }

  /**
   * Tells which share of the router's message rate may be spent on plain copies of frames that
   * travel in envelopes, so that others see them too.
   *
   * @return percent
   */
  public int copiesPercent() {
    return copiesPercent;
  }

  /**
   * Tells how long a direct link that has failed before must prove itself before frames are trusted
   * to it again; longer after each relapse.
   *
   * @return how waiting times grow
   */
  public Backoff stability() {
    return stability;
  }

  /** Makes options. Not safe for use by several threads. */
  public static final class Builder {
    private boolean enabled = true;
    private int windowFrames = 32_768;
    private int windowBytes = 4 << 20;
    private int batchBytes = 16 * 1_024;
    private Duration acknowledgeDelay = Duration.ofMillis(5);
    private Duration silenceTimeout = Duration.ofMillis(450);
    private Duration heartbeatInterval = Duration.ofSeconds(1);
    private int heartbeatsPerSecond = 20;
    private Duration helloInterval = Duration.ofSeconds(1);
    private int relayedInFlight = 4;
    private Duration relayTimeout = Duration.ofMillis(1_500);
    private Duration barrierTimeout = Duration.ofSeconds(10);
    private Duration lifetime = Duration.ofSeconds(60);
    private int copiesPercent = 40;
    private Backoff stability =
        new Backoff(Duration.ofMillis(250), Duration.ofSeconds(30), 2, 0.25);

    private Builder() {}

    /**
     * Sets whether peers of the same kind number and acknowledge their frames, so that none is lost
     * when the path changes. Default true.
     *
     * @param enabled true or false
     * @return this
     */
    public Builder enabled(boolean enabled) {
      this.enabled = enabled;
      return this;
    }

    /**
     * Sets how many frames may wait for the peer's acknowledgement; more get {@code BUFFER_FULL}.
     * Default 32 768.
     *
     * @param bound 16 to 1048576
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder windowFrames(int bound) {
      windowFrames = Ranges.between("windowFrames", bound, 16, 1048576);
      return this;
    }

    /**
     * Sets how many bytes of frames may wait for the peer's acknowledgement; more get {@code
     * BUFFER_FULL}. Default 4 MiB.
     *
     * @param bound 65536 to 268435456
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder windowBytes(int bound) {
      windowBytes = Ranges.between("windowBytes", bound, 65536, 268435456);
      return this;
    }

    /**
     * Sets how many bytes of frames travel in one data channel message at most; the negotiated
     * maximum counts too. Default 16 KiB.
     *
     * @param bound 1024 to 262144
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder batchBytes(int bound) {
      batchBytes = Ranges.between("batchBytes", bound, 1024, 262144);
      return this;
    }

    /**
     * Sets how long an acknowledgement may wait for a frame that carries it. Default 5 ms.
     *
     * @param time 0 to 1000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder acknowledgeDelay(Duration time) {
      acknowledgeDelay = Ranges.duration("acknowledgeDelay", time, 0, 1000);
      return this;
    }

    /**
     * Sets after how long without a receipt a direct link counts as silent, on top of twenty times
     * its round trip; one lost packet costs it 400 ms. Default 450 ms.
     *
     * @param time 50 to 60000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder silenceTimeout(Duration time) {
      silenceTimeout = Ranges.duration("silenceTimeout", time, 50, 60000);
      return this;
    }

    /**
     * Sets how often an idle direct link is asked whether it lives. Default 1 s.
     *
     * @param time 50 to 60000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder heartbeatInterval(Duration time) {
      heartbeatInterval = Ranges.duration("heartbeatInterval", time, 50, 60000);
      return this;
    }

    /**
     * Sets how many idle direct links this side asks in a second at most, unasked: a peer that asks
     * is answered, and may be asked in the answer. A client with more links than that asks each of
     * them less often. Default 20.
     *
     * @param count 1 to 100000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder heartbeatsPerSecond(int count) {
      heartbeatsPerSecond = Ranges.between("heartbeatsPerSecond", count, 1, 100_000);
      return this;
    }

    /**
     * Sets how often a peer that does not answer is greeted again. Default 1 s.
     *
     * @param time 50 to 60000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder helloInterval(Duration time) {
      helloInterval = Ranges.duration("helloInterval", time, 50, 60000);
      return this;
    }

    /**
     * Sets how many envelopes to one peer are under way through the router at once. Default 4.
     *
     * @param bound 1 to 1000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder relayedInFlight(int bound) {
      relayedInFlight = Ranges.between("relayedInFlight", bound, 1, 1000);
      return this;
    }

    /**
     * Sets after how long without an acknowledgement an envelope through the router counts as lost,
     * at least; four round trips if that is more. Default 1.5 s.
     *
     * @param time 100 to 60000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder relayTimeout(Duration time) {
      relayTimeout = Ranges.duration("relayTimeout", time, 100, 60000);
      return this;
    }

    /**
     * Sets how long the first numbered frame waits for plain ones that still travel through the
     * router. Default 10 s.
     *
     * @param time 100 to 600000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder barrierTimeout(Duration time) {
      barrierTimeout = Ranges.duration("barrierTimeout", time, 100, 600000);
      return this;
    }

    /**
     * Sets how long frames are kept for a peer that cannot be reached on any path. Default 1 min.
     *
     * @param time 1000 to 86400000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder lifetime(Duration time) {
      lifetime = Ranges.duration("lifetime", time, 1000, 86400000);
      return this;
    }

    /**
     * Sets which share of the router's message rate may be spent on plain copies of frames that
     * travel in envelopes, so that others see them too. Whatever the share, copies are never more
     * than 400 a second, for a receiver keeps what it expects for a bounded time. Default 40.
     *
     * @param bound 0 to 90
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder copiesPercent(int bound) {
      copiesPercent = Ranges.between("copiesPercent", bound, 0, 90);
      return this;
    }

    /**
     * Sets how long a direct link that has failed before must prove itself before frames are
     * trusted to it again. Default 250 ms, doubled with each relapse up to 30 s, a quarter of it
     * random.
     *
     * @param backoff how waiting times grow
     * @return this
     */
    public Builder stability(Backoff backoff) {
      stability = Objects.requireNonNull(backoff, "backoff");
      return this;
    }

    /**
     * Builds the options.
     *
     * @return immutable options
     */
    public PeerLinkOptions build() {
      return new PeerLinkOptions(this);
    }
  }
}

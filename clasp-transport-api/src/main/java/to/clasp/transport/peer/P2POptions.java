package to.clasp.transport.peer;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.Backoff;
import to.clasp.transport.Ranges;
import to.clasp.transport.identity.IdentityOptions;

/** When and how frames go to peers directly. Immutable; made by {@link #builder()}. */
public final class P2POptions {

  /** All defaults. */
  public static final P2POptions DEFAULTS = builder().build();

  /** The default pattern of peer addresses. */
  public static final String DEFAULT_PEER_PATTERN = "/peer/{id}/**";

  private final boolean enabled;
  private final boolean preferP2P;
  private final boolean fallbackToRouter;
  private final Duration connectTimeout;
  private final Duration idleTimeout;
  private final Duration drainTimeout;
  private final Duration stallTimeout;
  private final Duration disconnectGrace;
  private final Duration iceRestartDelay;
  private final Duration closeGrace;
  private final Duration renewalPause;
  private final int maxPeers;
  private final int maxKnownPeers;
  private final int maxDeferredBytes;
  private final int maxSignalsPerSecond;
  private final int maxPendingOffers;
  private final int breakerFailures;
  private final int maxOffersPerMinute;
  private final int maxOffersPerMinuteOverall;
  private final Duration admissionTimeout;
  private final boolean mesh;
  private final int maxMeshPeers;
  private final @Nullable String peerId;
  private final PeerPattern peerPattern;
  private final RtcConfig rtcConfig;
  private final Backoff backoff;
  private final PeerLinkOptions link;
  private final @Nullable IdentityOptions identity;

  private P2POptions(Builder builder) {
    enabled = builder.enabled;
    preferP2P = builder.preferP2P;
    fallbackToRouter = builder.fallbackToRouter;
    connectTimeout = builder.connectTimeout;
    idleTimeout = builder.idleTimeout;
    drainTimeout = builder.drainTimeout;
    stallTimeout = builder.stallTimeout;
    disconnectGrace = builder.disconnectGrace;
    iceRestartDelay = builder.iceRestartDelay;
    closeGrace = builder.closeGrace;
    renewalPause = builder.renewalPause;
    maxPeers = builder.maxPeers;
    maxKnownPeers = builder.maxKnownPeers;
    maxDeferredBytes = builder.maxDeferredBytes;
    maxSignalsPerSecond = builder.maxSignalsPerSecond;
    maxPendingOffers = builder.maxPendingOffers;
    breakerFailures = builder.breakerFailures;
    maxOffersPerMinute = builder.maxOffersPerMinute;
    maxOffersPerMinuteOverall = builder.maxOffersPerMinuteOverall;
    admissionTimeout = builder.admissionTimeout;
    mesh = builder.mesh;
    maxMeshPeers = builder.maxMeshPeers;
    peerId = builder.peerId;
    peerPattern = builder.peerPattern;
    rtcConfig = builder.rtcConfig;
    backoff = builder.backoff;
    link = builder.link;
    identity = builder.identity;
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
   * Reads the options that CLASP's pages give to {@code withP2P}: {@code enabled}, {@code
   * preferP2P}, {@code fallbackToRouter} (each true or false, true by default) and {@code
   * rtcConfig}, as {@link RtcConfig#fromJson} reads it. Any other member is refused, so that a
   * misspelt one cannot go unnoticed. Everything else has its default; {@link #toBuilder()} changes
   * it.
   *
   * @param json a JSON object
   * @return the options
   * @throws to.clasp.transport.InvalidOptionException if it is no such object; names the member
   */
  public static P2POptions fromJson(String json) {
    JsonFields fields = JsonFields.parse(json);
    fields.allow("enabled", "preferP2P", "fallbackToRouter", "rtcConfig");
    JsonFields rtc = fields.object("rtcConfig");
    return builder()
        .enabled(fields.flag("enabled", true))
        .preferP2P(fields.flag("preferP2P", true))
        .fallbackToRouter(fields.flag("fallbackToRouter", true))
        .rtcConfig(rtc == null ? RtcConfig.DEFAULTS : RtcConfigJson.read(rtc))
        .build();
  }

  /**
   * Starts with these options.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.enabled = enabled;
    builder.preferP2P = preferP2P;
    builder.fallbackToRouter = fallbackToRouter;
    builder.connectTimeout = connectTimeout;
    builder.idleTimeout = idleTimeout;
    builder.drainTimeout = drainTimeout;
    builder.stallTimeout = stallTimeout;
    builder.disconnectGrace = disconnectGrace;
    builder.iceRestartDelay = iceRestartDelay;
    builder.closeGrace = closeGrace;
    builder.renewalPause = renewalPause;
    builder.maxPeers = maxPeers;
    builder.maxKnownPeers = maxKnownPeers;
    builder.maxDeferredBytes = maxDeferredBytes;
    builder.maxSignalsPerSecond = maxSignalsPerSecond;
    builder.maxPendingOffers = maxPendingOffers;
    builder.breakerFailures = breakerFailures;
    builder.maxOffersPerMinute = maxOffersPerMinute;
    builder.maxOffersPerMinuteOverall = maxOffersPerMinuteOverall;
    builder.admissionTimeout = admissionTimeout;
    builder.mesh = mesh;
    builder.maxMeshPeers = maxMeshPeers;
    builder.peerId = peerId;
    builder.peerPattern = peerPattern;
    builder.rtcConfig = rtcConfig;
    builder.backoff = backoff;
    builder.link = link;
    builder.identity = identity;
    return builder;
  }

  /**
   * Tells whether direct links are made at all.
   *
   * @return true if so
   */
  public boolean enabled() {
    return enabled;
  }

  /**
   * Tells whether frames to a peer address go over the direct link whenever it is up.
   *
   * @return true if so
   */
  public boolean preferP2P() {
    return preferP2P;
  }

  /**
   * Tells whether frames to a peer address go through the router when the link is not up.
   *
   * @return true if so
   */
  public boolean fallbackToRouter() {
    return fallbackToRouter;
  }

  /**
   * Returns how long one attempt to link may take.
   *
   * @return the time
   */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * Returns after how long without a frame a link is put away.
   *
   * @return the time
   */
  public Duration idleTimeout() {
    return idleTimeout;
  }

  /**
   * Returns how long closing a link waits for accepted frames to arrive.
   *
   * @return the time
   */
  public Duration drainTimeout() {
    return drainTimeout;
  }

  /**
   * Returns after how long without progress of a non-empty send buffer a link counts as dead; SCTP
   * needs 400 to 1 000 ms to repeat one lost packet.
   *
   * @return the time
   */
  public Duration stallTimeout() {
    return stallTimeout;
  }

  /**
   * Returns how long ICE may say disconnected before the link is given up; traffic moves to the
   * router at once.
   *
   * @return the time
   */
  public Duration disconnectGrace() {
    return disconnectGrace;
  }

  /**
   * Returns how long a link between peers of ours may be in doubt before the side that offered it
   * looks for another way for its packets (ICE restart); it is given up after {@link
   * #disconnectGrace()}, and another link made.
   *
   * @return the time
   */
  public Duration iceRestartDelay() {
    return iceRestartDelay;
  }

  /**
   * Returns how long the peer may take to say that it has closed a link on purpose.
   *
   * @return a duration
   */
  public Duration closeGrace() {
    return closeGrace;
  }

  /**
   * Returns after how long without a frame a link is interrupted to be {@linkplain
   * RtcConfig#renewAfterMessages() renewed}, when it is due for that and the peer's frames are not
   * numbered; links between peers of ours are renewed at once, for they go on meanwhile.
   *
   * @return the time
   */
  public Duration renewalPause() {
    return renewalPause;
  }

  /**
   * Returns how many links may be up or under way at once; the least recently used gives way.
   *
   * @return the bound
   */
  public int maxPeers() {
    return maxPeers;
  }

  /**
   * Returns how many announced peers are remembered; the longest silent one is forgotten first.
   *
   * @return the bound
   */
  public int maxKnownPeers() {
    return maxKnownPeers;
  }

  /**
   * Returns how many bytes may wait for a link when the router may not serve.
   *
   * @return the bound
   */
  public int maxDeferredBytes() {
    return maxDeferredBytes;
  }

  /**
   * Returns how many signals of one sender are taken in a second; more are counted and dropped.
   *
   * @return the bound
   */
  public int maxSignalsPerSecond() {
    return maxSignalsPerSecond;
  }

  /**
   * Returns how many incoming attempts may be under way at once; offers beyond are dropped.
   *
   * @return the bound
   */
  public int maxPendingOffers() {
    return maxPendingOffers;
  }

  /**
   * Returns how many failures in a row open the circuit breaker of a peer, unless a hard failure
   * opens it at once.
   *
   * @return the bound
   */
  public int breakerFailures() {
    return breakerFailures;
  }

  /**
   * Returns how many offers of one peer are considered in a minute; more are counted and dropped.
   *
   * @return the bound
   */
  public int maxOffersPerMinute() {
    return maxOffersPerMinute;
  }

  /**
   * Returns how many offers of all peers together are considered in a minute; more are counted and
   * dropped.
   *
   * @return the bound
   */
  public int maxOffersPerMinuteOverall() {
    return maxOffersPerMinuteOverall;
  }

  /**
   * Returns how long the application may take to {@linkplain PeerAdmission accept} a peer; then the
   * peer is rejected.
   *
   * @return the time
   */
  public Duration admissionTimeout() {
    return admissionTimeout;
  }

  /**
   * Returns whether every announced peer is linked, up to {@link #maxMeshPeers()}, and kept linked.
   *
   * @return true or false
   */
  public boolean mesh() {
    return mesh;
  }

  /**
   * Returns to how many announced peers a {@linkplain #mesh() mesh} links.
   *
   * @return the bound
   */
  public int maxMeshPeers() {
    return maxMeshPeers;
  }

  /**
   * Returns the id under which peers reach this side.
   *
   * @return the id, or null to let the client choose its name
   */
  public @Nullable String peerId() {
    return peerId;
  }

  /**
   * Returns which addresses belong to a peer.
   *
   * @return the pattern
   */
  public PeerPattern peerPattern() {
    return peerPattern;
  }

  /**
   * Returns how links are made.
   *
   * @return the configuration
   */
  public RtcConfig rtcConfig() {
    return rtcConfig;
  }

  /**
   * Returns how the waiting times between attempts grow.
   *
   * @return the back-off
   */
  public Backoff backoff() {
    return backoff;
  }

  /**
   * Returns how frames to peers of the same kind survive a change of their path.
   *
   * @return the options of peer links
   */
  public PeerLinkOptions link() {
    return link;
  }

  /**
   * Returns how this side and its peers prove who they are.
   *
   * @return the options, or null when they do not
   */
  public @Nullable IdentityOptions identity() {
    return identity;
  }

  /** Builds options. Not safe for use by several threads at once. */
  public static final class Builder {
    private boolean enabled = true;
    private boolean preferP2P = true;
    private boolean fallbackToRouter = true;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration idleTimeout = Duration.ofMinutes(5);
    private Duration drainTimeout = Duration.ofSeconds(2);
    private Duration stallTimeout = Duration.ofMillis(1_500);
    private Duration disconnectGrace = Duration.ofSeconds(5);
    private Duration iceRestartDelay = Duration.ofSeconds(1);
    private Duration closeGrace = Duration.ofMillis(250);
    private Duration renewalPause = Duration.ofSeconds(1);
    private int maxPeers = 64;
    private int maxKnownPeers = 1_000;
    private int maxDeferredBytes = 1 << 20;
    private int maxSignalsPerSecond = 50;
    private int maxPendingOffers = 16;
    private int breakerFailures = 3;
    private int maxOffersPerMinute = 120;
    private int maxOffersPerMinuteOverall = 1_200;
    private Duration admissionTimeout = Duration.ofSeconds(5);
    private boolean mesh = false;
    private int maxMeshPeers = 10;
    private @Nullable String peerId;
    private PeerPattern peerPattern = PeerPattern.parse(DEFAULT_PEER_PATTERN);
    private RtcConfig rtcConfig = RtcConfig.DEFAULTS;
    private Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1), 2, 0.5);
    private PeerLinkOptions link = PeerLinkOptions.DEFAULTS;
    private @Nullable IdentityOptions identity;

    private Builder() {}

    /**
     * Sets whether direct links are made. Default true.
     *
     * @param enabled true or false
     * @return this
     */
    public Builder enabled(boolean enabled) {
      this.enabled = enabled;
      return this;
    }

    /**
     * Sets whether to prefer the direct link. Default true.
     *
     * @param preferP2P true or false
     * @return this
     */
    public Builder preferP2P(boolean preferP2P) {
      this.preferP2P = preferP2P;
      return this;
    }

    /**
     * Sets whether the router may serve instead. Default true.
     *
     * @param fallbackToRouter true or false
     * @return this
     */
    public Builder fallbackToRouter(boolean fallbackToRouter) {
      this.fallbackToRouter = fallbackToRouter;
      return this;
    }

    /**
     * Sets how long one attempt may take. Default 10 s.
     *
     * @param time 100 to 120000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder connectTimeout(Duration time) {
      connectTimeout = Ranges.duration("connectTimeout", time, 100, 120_000);
      return this;
    }

    /**
     * Sets after how long without a frame a link is put away. Default 5 min.
     *
     * @param time 100 to 86400000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder idleTimeout(Duration time) {
      idleTimeout = Ranges.duration("idleTimeout", time, 100, 86_400_000);
      return this;
    }

    /**
     * Sets how long closing a link waits. Default 2 s.
     *
     * @param time 0 to 600000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder drainTimeout(Duration time) {
      drainTimeout = Ranges.duration("drainTimeout", time, 0, 600_000);
      return this;
    }

    /**
     * Sets after how long without progress a link counts as dead. Default 1.5 s.
     *
     * @param time 500 to 60000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder stallTimeout(Duration time) {
      stallTimeout = Ranges.duration("stallTimeout", time, 500, 60_000);
      return this;
    }

    /**
     * Sets how long ICE may say disconnected. Default 5 s.
     *
     * @param time 0 to 120000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder disconnectGrace(Duration time) {
      disconnectGrace = Ranges.duration("disconnectGrace", time, 0, 120_000);
      return this;
    }

    /**
     * Sets how long a link between peers of ours may be in doubt before ICE is restarted. Default 1
     * s. With {@link #disconnectGrace} or more, ICE is never restarted.
     *
     * @param time 0 to 120000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder iceRestartDelay(Duration time) {
      iceRestartDelay = Ranges.duration("iceRestartDelay", time, 0, 120_000);
      return this;
    }

    /**
     * Sets how long a link whose channel has closed may still turn out to have been closed by the
     * peer on purpose, which it says by a signal. Frames take another path at once; only {@link
     * PeerEvent.Failed} and another attempt wait for it. Default 250 ms.
     *
     * @param time 0 to 10000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder closeGrace(Duration time) {
      closeGrace = Ranges.duration("closeGrace", time, 0, 10_000);
      return this;
    }

    /**
     * Sets after how long without a frame a link whose frames are not numbered is renewed, once it
     * is due for that. Default 1 s.
     *
     * @param time 0 to 600000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder renewalPause(Duration time) {
      renewalPause = Ranges.duration("renewalPause", time, 0, 600_000);
      return this;
    }

    /**
     * Sets how many links there may be at once. Default 64.
     *
     * @param bound 1 to 10000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxPeers(int bound) {
      maxPeers = Ranges.between("maxPeers", bound, 1, 10_000);
      return this;
    }

    /**
     * Sets how many announced peers are remembered. Default 1 000.
     *
     * @param bound 1 to 1000000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxKnownPeers(int bound) {
      maxKnownPeers = Ranges.between("maxKnownPeers", bound, 1, 1_000_000);
      return this;
    }

    /**
     * Sets how many bytes may wait for a link. Default 1 MiB.
     *
     * @param bound 65547 to 1073741824
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxDeferredBytes(int bound) {
      maxDeferredBytes = Ranges.between("maxDeferredBytes", bound, 65_547, 1 << 30);
      return this;
    }

    /**
     * Sets how many signals of one sender are taken in a second. Default 50.
     *
     * @param bound 1 to 10000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxSignalsPerSecond(int bound) {
      maxSignalsPerSecond = Ranges.between("maxSignalsPerSecond", bound, 1, 10_000);
      return this;
    }

    /**
     * Sets how many incoming attempts may be under way. Default 16.
     *
     * @param bound 1 to 1000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxPendingOffers(int bound) {
      maxPendingOffers = Ranges.between("maxPendingOffers", bound, 1, 1_000);
      return this;
    }

    /**
     * Sets how many failures in a row open the breaker. Default 3.
     *
     * @param bound 1 to 100
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder breakerFailures(int bound) {
      breakerFailures = Ranges.between("breakerFailures", bound, 1, 100);
      return this;
    }

    /**
     * Sets how many offers of one peer are considered in a minute. Default 120.
     *
     * @param bound 1 to 100000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxOffersPerMinute(int bound) {
      maxOffersPerMinute = Ranges.between("maxOffersPerMinute", bound, 1, 100_000);
      return this;
    }

    /**
     * Sets how many offers of all peers together are considered in a minute. Default 1 200.
     *
     * @param bound 1 to 1000000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxOffersPerMinuteOverall(int bound) {
      maxOffersPerMinuteOverall = Ranges.between("maxOffersPerMinuteOverall", bound, 1, 1_000_000);
      return this;
    }

    /**
     * Sets how long the application may take to accept a peer, before it is rejected. Default 5 s.
     *
     * @param time 10 to 120000 ms
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder admissionTimeout(Duration time) {
      admissionTimeout = Ranges.duration("admissionTimeout", time, 10, 120_000);
      return this;
    }

    /**
     * Sets whether every announced peer is linked and kept linked. Default false.
     *
     * @param mesh true or false
     * @return this
     */
    public Builder mesh(boolean mesh) {
      this.mesh = mesh;
      return this;
    }

    /**
     * Sets to how many announced peers a mesh links. Default 10.
     *
     * @param bound 1 to 10000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxMeshPeers(int bound) {
      maxMeshPeers = Ranges.between("maxMeshPeers", bound, 1, 10_000);
      return this;
    }

    /**
     * Sets the id under which peers reach this side. Default: the client's name.
     *
     * @param id not empty, without {@code /} and {@code *}
     * @return this
     * @throws IllegalArgumentException if it is no peer id
     */
    public Builder peerId(String id) {
      peerId = PeerPattern.requireValidPeerId(id);
      return this;
    }

    /**
     * Sets which addresses belong to a peer. Default {@value #DEFAULT_PEER_PATTERN}.
     *
     * @param pattern literal segments, one segment {@code {id}}, and {@code **} at the end
     * @return this
     * @throws IllegalArgumentException if it is no such pattern
     */
    public Builder peerPattern(String pattern) {
      peerPattern = PeerPattern.parse(pattern);
      return this;
    }

    /**
     * Sets how links are made. Default {@link RtcConfig#DEFAULTS}.
     *
     * @param config the configuration
     * @return this
     */
    public Builder rtcConfig(RtcConfig config) {
      rtcConfig = Objects.requireNonNull(config, "config");
      return this;
    }

    /**
     * Sets the back-off between attempts, while the breaker is open. Default 500 ms, doubled up to
     * 1 min, half of it random.
     *
     * @param backoff how waiting times grow
     * @return this
     */
    public Builder backoff(Backoff backoff) {
      this.backoff = Objects.requireNonNull(backoff, "backoff");
      return this;
    }

    /**
     * Sets how frames to peers of the same kind survive a change of their path. Default {@link
     * PeerLinkOptions#DEFAULTS}.
     *
     * @param options the options
     * @return this
     */
    public Builder link(PeerLinkOptions options) {
      this.link = Objects.requireNonNull(options, "options");
      return this;
    }

    /**
     * Sets how this side and its peers prove who they are. Default: they do not, and the router is
     * trusted for who is who.
     *
     * @param options the options
     * @return this
     */
    public Builder identity(IdentityOptions options) {
      this.identity = Objects.requireNonNull(options, "options");
      return this;
    }

    /**
     * Builds the options.
     *
     * @return immutable options
     */
    public P2POptions build() {
      return new P2POptions(this);
    }
  }
}

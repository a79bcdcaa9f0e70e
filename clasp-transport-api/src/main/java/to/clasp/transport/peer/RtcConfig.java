package to.clasp.transport.peer;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.Ranges;

/**
 * How direct links are made. Immutable; made by {@link #builder()} or {@link #fromJson}.
 *
 * <p>Of the candidates that the policy allows, ICE takes the best pair that works: host before
 * server-reflexive before relayed (RFC 8445, section 5.1.2).
 */
public final class RtcConfig {

  /** All defaults: no STUN or TURN server is contacted. */
  public static final RtcConfig DEFAULTS = builder().build();

  /**
   * A range of UDP ports.
   *
   * @param min first port, 1 to 65 535
   * @param max last port, at least the first
   */
  public record PortRange(int min, int max) {
    /** Checks the range. */
    public PortRange {
      Ranges.between("portRange.min", min, 1, 65_535);
      Ranges.between("portRange.max", max, min, 65_535);
    }
  }

  private final List<IceServer> iceServers;
  private final @Nullable IceServerSupplier iceServerSupplier;
  private final Duration iceServerTimeout;
  private final IceTransportPolicy iceTransportPolicy;
  private final NetworkScope networkScope;
  private final @Nullable PortRange portRange;
  private final Duration gatheringTimeout;
  private final int maxRemoteCandidates;
  private final int sendBufferBytes;
  private final int receiveBufferBytes;
  private final int renewAfterMessages;
  private final int maxChannels;

  private RtcConfig(Builder builder) {
    iceServers = List.copyOf(builder.iceServers);
    iceServerSupplier = builder.iceServerSupplier;
    iceServerTimeout = builder.iceServerTimeout;
    iceTransportPolicy = builder.iceTransportPolicy;
    networkScope = builder.networkScope;
    portRange = builder.portRange;
    gatheringTimeout = builder.gatheringTimeout;
    maxRemoteCandidates = builder.maxRemoteCandidates;
    sendBufferBytes = builder.sendBufferBytes;
    receiveBufferBytes = builder.receiveBufferBytes;
    renewAfterMessages = builder.renewAfterMessages;
    maxChannels = builder.maxChannels;
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
   * Reads the configuration that JavaScript pages give to {@code RTCPeerConnection} (W3C WebRTC,
   * {@code RTCConfiguration}): {@code iceServers}, each with {@code urls} (one text, or a list),
   * {@code username} and {@code credential}, and {@code iceTransportPolicy}, which is {@code all},
   * {@code relay} or, beyond W3C, {@code no-host}. The members {@code bundlePolicy}, {@code
   * rtcpMuxPolicy} and {@code iceCandidatePoolSize} are accepted and without effect, for data
   * channels alone are always bundled. Any other member is refused, so that a misspelt one cannot
   * go unnoticed. Everything else has its default; {@link #toBuilder()} changes it.
   *
   * @param json a JSON object
   * @return the configuration
   * @throws to.clasp.transport.InvalidOptionException if it is no such object; names the member
   */
  public static RtcConfig fromJson(String json) {
    return RtcConfigJson.read(json);
  }

  /**
   * Starts with this configuration.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.iceServers = iceServers;
    builder.iceServerSupplier = iceServerSupplier;
    builder.iceServerTimeout = iceServerTimeout;
    builder.iceTransportPolicy = iceTransportPolicy;
    builder.networkScope = networkScope;
    builder.portRange = portRange;
    builder.gatheringTimeout = gatheringTimeout;
    builder.maxRemoteCandidates = maxRemoteCandidates;
    builder.sendBufferBytes = sendBufferBytes;
    builder.receiveBufferBytes = receiveBufferBytes;
    builder.renewAfterMessages = renewAfterMessages;
    builder.maxChannels = maxChannels;
    return builder;
  }

  /**
   * Returns the STUN and TURN servers.
   *
   * @return the servers; none by default
   */
  public List<IceServer> iceServers() {
    return iceServers;
  }

  /**
   * Returns what gives further servers at every attempt.
   *
   * @return the supplier, or null when there is none
   */
  public @Nullable IceServerSupplier iceServerSupplier() {
    return iceServerSupplier;
  }

  /**
   * Returns how long an attempt waits for {@link #iceServerSupplier()}.
   *
   * @return the time
   */
  public Duration iceServerTimeout() {
    return iceServerTimeout;
  }

  /**
   * Returns which candidates may be used.
   *
   * @return the policy
   */
  public IceTransportPolicy iceTransportPolicy() {
    return iceTransportPolicy;
  }

  /**
   * Returns which interfaces may be used.
   *
   * @return the scope
   */
  public NetworkScope networkScope() {
    return networkScope;
  }

  /**
   * Returns the UDP ports that may be used.
   *
   * @return the range, or null for any
   */
  public @Nullable PortRange portRange() {
    return portRange;
  }

  /**
   * Returns how long an offer or answer waits for candidates to be gathered; it goes out at once
   * when gathering completes earlier, and what is gathered later is sent one by one.
   *
   * @return zero or a positive time
   */
  public Duration gatheringTimeout() {
    return gatheringTimeout;
  }

  /**
   * Returns how many {@linkplain PeerTransport#createChannel further channels} each side of a link
   * may have open; more of the other side are closed at once.
   *
   * @return the bound
   */
  public int maxChannels() {
    return maxChannels;
  }

  /**
   * Returns how many candidates of the remote side are taken for one attempt; more are dropped.
   *
   * @return the bound
   */
  public int maxRemoteCandidates() {
    return maxRemoteCandidates;
  }

  /**
   * Returns how many accepted bytes may wait to be sent on one link, in our queue and the
   * channel's.
   *
   * @return the bound, in bytes
   */
  public int sendBufferBytes() {
    return sendBufferBytes;
  }

  /**
   * Returns how many received bytes of one link may wait for the listener.
   *
   * @return the bound, in bytes
   */
  public int receiveBufferBytes() {
    return receiveBufferBytes;
  }

  /**
   * Returns after how many messages, received by all links of the process that share native
   * resources, these links are renewed, one by one and without interruption. Versions of
   * webrtc-java up to 0.15 keep about 90 bytes of the Java heap for each received message until
   * then; with later ones the bound has no effect. A link that cannot be renewed without an
   * interruption is interrupted at twice the bound.
   *
   * @return the bound, or 0 for never
   */
  public int renewAfterMessages() {
    return renewAfterMessages;
  }

  @Override
  public String toString() {
    // Servers write neither username nor credential; what a supplier would print is not known.
    return "RtcConfig[iceServers="
        + iceServers
        + (iceServerSupplier == null ? "" : " and those of a supplier")
        + ", iceTransportPolicy="
        + iceTransportPolicy
        + ", networkScope="
        + networkScope
        + ", portRange="
        + portRange
        + "]";
  }

  /** Builds a configuration. Not safe for use by several threads at once. */
  public static final class Builder {
    private List<IceServer> iceServers = List.of();
    private @Nullable IceServerSupplier iceServerSupplier;
    private Duration iceServerTimeout = Duration.ofSeconds(5);
    private IceTransportPolicy iceTransportPolicy = IceTransportPolicy.ALL;
    private NetworkScope networkScope = NetworkScope.ALL;
    private @Nullable PortRange portRange;
    private Duration gatheringTimeout = Duration.ofMillis(500);
    private int maxRemoteCandidates = 100;
    private int sendBufferBytes = 1 << 20;
    private int receiveBufferBytes = 4 << 20;
    private int maxChannels = 16;
    private int renewAfterMessages = 500_000;

    private Builder() {}

    /**
     * Sets the STUN and TURN servers. Default none: no public server is contacted unless named
     * here.
     *
     * @param servers the servers
     * @return this
     */
    public Builder iceServers(List<IceServer> servers) {
      iceServers = List.copyOf(servers);
      return this;
    }

    /**
     * Sets what gives further servers at every attempt, such as TURN credentials that expire.
     * Default none.
     *
     * @param supplier asked at every attempt and ICE restart
     * @return this
     */
    public Builder iceServerSupplier(IceServerSupplier supplier) {
      iceServerSupplier = Objects.requireNonNull(supplier, "supplier");
      return this;
    }

    /**
     * Sets how long an attempt waits for the supplier of servers. Default 5 s.
     *
     * @param timeout 100 ms to 60 s
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder iceServerTimeout(Duration timeout) {
      iceServerTimeout = Ranges.duration("iceServerTimeout", timeout, 100, 60_000);
      return this;
    }

    /**
     * Sets which candidates may be used. Default {@link IceTransportPolicy#ALL}.
     *
     * @param policy the policy
     * @return this
     */
    public Builder iceTransportPolicy(IceTransportPolicy policy) {
      iceTransportPolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets which interfaces may be used. Default {@link NetworkScope#ALL}.
     *
     * @param scope the scope
     * @return this
     */
    public Builder networkScope(NetworkScope scope) {
      networkScope = Objects.requireNonNull(scope, "scope");
      return this;
    }

    /**
     * Sets the UDP ports that may be used. Default any.
     *
     * @param min first port, 1 to 65 535
     * @param max last port, at least the first
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder portRange(int min, int max) {
      portRange = new PortRange(min, max);
      return this;
    }

    /**
     * Sets how long an offer or answer waits for candidates. Default 500 ms.
     *
     * @param timeout 0 to 30 s
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder gatheringTimeout(Duration timeout) {
      gatheringTimeout = Ranges.duration("gatheringTimeout", timeout, 0, 30_000);
      return this;
    }

    /**
     * Sets how many further channels each side of a link may have open. Default 16; 0 for none.
     *
     * @param bound 0 to 1000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxChannels(int bound) {
      maxChannels = Ranges.between("maxChannels", bound, 0, 1_000);
      return this;
    }

    /**
     * Sets how many remote candidates are taken for one attempt. Default 100.
     *
     * @param candidates 1 to 1 000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder maxRemoteCandidates(int candidates) {
      maxRemoteCandidates = Ranges.between("maxRemoteCandidates", candidates, 1, 1_000);
      return this;
    }

    /**
     * Sets how many accepted bytes may wait on one link. Default 1 MiB.
     *
     * @param bytes 65 547 (one frame) to 8 MiB
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder sendBufferBytes(int bytes) {
      sendBufferBytes = Ranges.between("sendBufferBytes", bytes, 65_547, 8 << 20);
      return this;
    }

    /**
     * Sets how many received bytes of one link may wait for the listener. Default 4 MiB.
     *
     * @param bytes 65 547 (one frame) to 1 GiB
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder receiveBufferBytes(int bytes) {
      receiveBufferBytes = Ranges.between("receiveBufferBytes", bytes, 65_547, 1 << 30);
      return this;
    }

    /**
     * Sets after how many received messages the native resources of links are renewed.
     *
     * <p>Default 500 000. What webrtc-java keeps of the heap is then some 45 MB at most.
     *
     * @param messages 0 (never) to 1 000 000 000
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder renewAfterMessages(int messages) {
      renewAfterMessages = Ranges.between("renewAfterMessages", messages, 0, 1_000_000_000);
      return this;
    }

    /**
     * Builds the configuration.
     *
     * @return an immutable configuration
     */
    public RtcConfig build() {
      return new RtcConfig(this);
    }
  }
}

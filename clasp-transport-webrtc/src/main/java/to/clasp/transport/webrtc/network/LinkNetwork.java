package to.clasp.transport.webrtc.network;

import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceServer;
import dev.onvoid.webrtc.RTCIceTransportPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceTransportPolicy;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.peer.RtcConfig.PortRange;

/**
 * How one attempt to link uses the network. Made anew for each attempt, closed with it.
 *
 * <p>libwebrtc never gathers a loopback address. Where only loopback may or can be used, it is told
 * not to look for interfaces, and to bind the any-address on one of a few given ports; the
 * candidate {@code 127.0.0.1} with that port is then written by us ({@link #ownCandidate()}), and
 * sent like a gathered one.
 *
 * <p>Thread-safe.
 */
public final class LinkNetwork implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String LOOPBACK_LITERAL = "(?:127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1)";

  /** Foundation, component, transport, priority, address, port and type (RFC 8839, section 5.1). */
  private static final Pattern LOOPBACK_CANDIDATE =
      Pattern.compile(
          "(?:a=)?candidate:\\S+ \\d+ \\S+ \\d+ " + LOOPBACK_LITERAL + " \\d+ typ \\S+(?: .*)?");

  /** An ICE server's URL, which {@link IceServer} has checked. */
  private static final Pattern LOOPBACK_URL =
      Pattern.compile("[a-zA-Z]+:\\[?" + LOOPBACK_LITERAL + "]?(?:[:?].*)?");

  private static final int LOOPBACK_FLAGS =
      PortAllocatorConfig.PORTALLOCATOR_DISABLE_ADAPTER_ENUMERATION
          | PortAllocatorConfig.PORTALLOCATOR_DISABLE_DEFAULT_LOCAL_CANDIDATE
          | PortAllocatorConfig.PORTALLOCATOR_DISABLE_TCP;

  private final RtcConfig config;
  private volatile List<IceServer> servers;
  private final @Nullable UdpPort loopbackPort;

  private LinkNetwork(RtcConfig config, List<IceServer> servers, @Nullable UdpPort loopbackPort) {
    this.config = config;
    this.servers = servers;
    this.loopbackPort = loopbackPort;
  }

  /**
   * Chooses how an attempt uses the network. Loopback joins in when no other interface is up.
   *
   * @param config what is allowed
   * @param servers the STUN and TURN servers of this attempt
   * @return the choice
   * @throws TransportException if no UDP port is free, or relays are forced and there is none
   */
  public static LinkNetwork choose(RtcConfig config, List<IceServer> servers) {
    return choose(config, servers, Interfaces::anyButLoopback);
  }

  static LinkNetwork choose(RtcConfig config, List<IceServer> servers, BooleanSupplier online) {
    LinkNetwork chosen =
        new LinkNetwork(
            config,
            servers,
            usesLoopback(config, online) ? UdpPort.take(config.portRange()) : null);
    try {
      chosen.requireServers();
    } catch (TransportException e) {
      chosen.close();
      throw e;
    }
    return chosen;
  }

  private static boolean usesLoopback(RtcConfig config, BooleanSupplier online) {
    return config.networkScope() == NetworkScope.LOOPBACK
        || (config.iceTransportPolicy() == IceTransportPolicy.ALL && !online.getAsBoolean());
  }

  /** A policy that leaves nothing but what servers give cannot do without them. */
  private void requireServers() {
    boolean there =
        switch (config.iceTransportPolicy()) {
          case ALL -> true;
          case RELAY ->
              servers.stream()
                  .anyMatch(server -> server.isTurn() && nativeServer(server).isPresent());
          case NO_HOST -> servers().findAny().isPresent();
        };
    if (!there) {
      throw CloseReason.of(
              CloseReason.Code.ICE_SERVERS_FAILED,
              "iceTransportPolicy "
                  + config.iceTransportPolicy()
                  + " needs a "
                  + (config.iceTransportPolicy() == IceTransportPolicy.RELAY ? "" : "STUN or ")
                  + "TURN server that the network scope "
                  + config.networkScope()
                  + " allows, and there is none; name one in iceServers")
          .toException();
    }
  }

  /**
   * Returns the configuration of the connection.
   *
   * @return a fresh object
   */
  public RTCConfiguration configuration() {
    RTCConfiguration rtc = new RTCConfiguration();
    rtc.iceTransportPolicy =
        switch (config.iceTransportPolicy()) {
          case ALL -> RTCIceTransportPolicy.ALL;
          case RELAY -> RTCIceTransportPolicy.RELAY;
          case NO_HOST -> RTCIceTransportPolicy.NO_HOST;
        };
    rtc.iceServers = new ArrayList<>(servers().toList());
    rtc.portAllocatorConfig = ports();
    return rtc;
  }

  private PortAllocatorConfig ports() {
    if (loopbackPort != null) {
      return new PortAllocatorConfig(loopbackPort.first(), loopbackPort.last(), LOOPBACK_FLAGS);
    }
    PortRange range = config.portRange();
    return range == null
        ? new PortAllocatorConfig()
        : new PortAllocatorConfig(range.min(), range.max(), 0);
  }

  private Stream<RTCIceServer> servers() {
    return servers.stream().flatMap(server -> nativeServer(server).stream());
  }

  private Optional<RTCIceServer> nativeServer(IceServer server) {
    List<String> urls = server.urls().stream().filter(this::mayContact).toList();
    if (urls.isEmpty()) {
      return Optional.empty();
    }
    RTCIceServer result = new RTCIceServer();
    result.urls = new ArrayList<>(urls);
    if (server.username() != null) {
      result.username = server.username();
    }
    if (server.credential() != null) {
      result.password = server.credential();
    }
    return Optional.of(result);
  }

  private boolean mayContact(String url) {
    return config.networkScope() == NetworkScope.ALL || LOOPBACK_URL.matcher(url).matches();
  }

  /**
   * Returns the candidate that is to be sent to the peer in place of gathered ones.
   *
   * @return the candidate, if loopback is used and host candidates are allowed
   */
  public Optional<HostCandidate> ownCandidate() {
    return loopbackPort == null || config.iceTransportPolicy() != IceTransportPolicy.ALL
        ? Optional.empty()
        : Optional.of(new HostCandidate(LOOPBACK, loopbackPort.number()));
  }

  /**
   * Tells whether candidates may be gathered that are worth waiting for. If not, {@link
   * #ownCandidate()} is all there will be, and an offer or answer can go out at once: gathering
   * takes 100 ms although it finds nothing.
   *
   * @return false if nothing can be gathered
   */
  public boolean gathers() {
    return ownCandidate().isEmpty() || servers().findAny().isPresent();
  }

  /**
   * Completes an offer or answer of this side before it is sent: adds {@link #ownCandidate()}, if
   * there is one.
   *
   * @param sdp the local session description
   * @return what to send
   */
  public String completeLocal(String sdp) {
    return ownCandidate().map(candidate -> SdpCandidates.add(sdp, candidate)).orElse(sdp);
  }

  /**
   * Restricts an offer or answer of the other side before it is applied: removes the candidates
   * that {@link #allows} refuses, so that no packet is sent to them.
   *
   * @param sdp the remote session description
   * @return what to apply
   */
  public String restrictRemote(String sdp) {
    return config.networkScope() == NetworkScope.ALL
        ? sdp
        : SdpCandidates.retain(sdp, this::allows);
  }

  /**
   * Tells whether packets may be sent to a candidate of the other side.
   *
   * @param candidate the attribute, beginning with {@code candidate:}
   * @return false if it lies outside the network scope
   */
  public boolean allows(String candidate) {
    return config.networkScope() == NetworkScope.ALL
        || LOOPBACK_CANDIDATE.matcher(candidate).matches();
  }

  /**
   * Tells whether the port of {@link #ownCandidate()} is taken as it should be. If not, another
   * process was faster, and the attempt cannot succeed: a new one gets another port. To be asked
   * when gathering is complete.
   *
   * @return false if nothing is bound to the port
   */
  public boolean isBound() {
    return loopbackPort == null || loopbackPort.isBound();
  }

  /**
   * Goes on with other servers, when ICE is restarted.
   *
   * @param now the servers
   */
  public void servers(List<IceServer> now) {
    servers = List.copyOf(now);
  }

  /** ICE is about to be restarted: libwebrtc will gather anew. */
  public void restarting() {
    if (loopbackPort != null) {
      loopbackPort.expectAnother();
    }
  }

  /**
   * ICE has been restarted and gathering is complete: {@link #ownCandidate()} changes.
   *
   * @return false if libwebrtc has not bound another port, so that there is no candidate
   */
  public boolean restarted() {
    return loopbackPort == null || loopbackPort.findAnother();
  }

  /** Gives the port back, after the connection is closed. Closing twice does nothing. */
  @Override
  public void close() {
    if (loopbackPort != null) {
      loopbackPort.release();
    }
  }
}

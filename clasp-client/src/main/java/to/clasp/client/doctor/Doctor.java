package to.clasp.client.doctor;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Clasp;
import to.clasp.client.ClaspBuilder;
import to.clasp.client.ClaspException;
import to.clasp.client.doctor.Finding.Outcome;
import to.clasp.client.doctor.Finding.Step;
import to.clasp.transport.Ranges;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceTransportPolicy;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportProviders;

/**
 * Examines, step by step, whether what this client needs works: Java, the native library, the
 * network, the router, STUN and TURN servers, and links. Not safe for use by several threads at
 * once.
 */
public final class Doctor {

  private static final String PREFER_HOST =
      "prefer host candidates: peers in one network link best with iceTransportPolicy all and"
          + " without a firewall between them";

  private final Builder made;
  private final List<Finding> findings = new ArrayList<>();
  private Consumer<Finding> told = finding -> {};

  private Doctor(Builder builder) {
    made = builder;
  }

  /**
   * Starts with nothing to examine but this machine.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Examines everything. Blocks, for some seconds for each step that fails.
   *
   * @param listener hears of each finding when it is there, on the calling thread
   * @return all findings, in the order of the steps
   * @throws InterruptedException if the thread is interrupted; what was begun has been ended
   */
  public List<Finding> examine(Consumer<Finding> listener) throws InterruptedException {
    findings.clear();
    told = listener;
    jvm();
    os();
    PeerTransportProvider links = nativeLibrary();
    interfaces();
    router();
    stun(links);
    turn(links);
    loopback(links);
    peer(links);
    return List.copyOf(findings);
  }

  private void found(Finding finding) {
    findings.add(finding);
    told.accept(finding);
  }

  // ---- This machine

  private void jvm() {
    found(
        Finding.pass(
            Step.JVM,
            "Java "
                + System.getProperty("java.version")
                + " of "
                + System.getProperty("java.vendor")));
  }

  private void os() {
    found(
        Finding.pass(
            Step.OS,
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + " on "
                + System.getProperty("os.arch")));
  }

  private @Nullable PeerTransportProvider nativeLibrary() {
    List<PeerTransportProvider> providers = TransportProviders.shared().peers();
    String missing = "add clasp-transport-webrtc to the class path";
    for (PeerTransportProvider provider : providers) {
      String reason = provider.availability().reason();
      if (reason == null) {
        found(Finding.pass(Step.NATIVE_LIBRARY, provider.name() + " is loaded"));
        return provider;
      }
      missing = reason;
    }
    found(
        Finding.fail(
            Step.NATIVE_LIBRARY,
            "no direct links can be made here: " + missing,
            "do what the reason says; until then the router carries everything"));
    return null;
  }

  private void interfaces() {
    String all;
    try {
      all =
          NetworkInterface.networkInterfaces()
              .filter(Doctor::isUsable)
              .map(
                  each ->
                      each.getName()
                          + " "
                          + each.inetAddresses()
                              .map(address -> address.getHostAddress().replaceAll("%.*", ""))
                              .collect(Collectors.joining(" ")))
              .collect(Collectors.joining(", "));
    } catch (SocketException e) {
      found(
          Finding.fail(
              Step.INTERFACES, "they cannot be listed: " + e, "check the rights of this process"));
      return;
    }
    found(
        all.isEmpty()
            ? Finding.pass(
                Step.INTERFACES,
                "loopback only",
                "connect this machine to a network to link with peers on others")
            : Finding.pass(Step.INTERFACES, all));
  }

  private static boolean isUsable(NetworkInterface each) {
    try {
      return each.isUp() && !each.isLoopback() && each.inetAddresses().findAny().isPresent();
    } catch (SocketException e) {
      // It went away while we looked.
      return false;
    }
  }

  // ---- The router

  private void router() throws InterruptedException {
    String url = made.router;
    if (url == null) {
      found(Finding.skipped(Step.ROUTER, "no router was named"));
      return;
    }
    try (Clasp clasp = await(client(url).connectAsync())) {
      String session =
          clasp.session().map(each -> "session with " + each.routerName()).orElse("session");
      long asked = System.nanoTime();
      try {
        var unused = await(clasp.query("/clasp-doctor/**"));
        found(
            Finding.pass(
                Step.ROUTER,
                session + ", round trip " + millis(System.nanoTime() - asked) + " ms"));
      } catch (ClaspException e) {
        found(
            Finding.fail(
                Step.ROUTER,
                session + " stands, but a query is not answered: " + e.getMessage(),
                "check what the token permits, and the load of the router"));
      }
    } catch (ClaspException e) {
      found(
          Finding.fail(
              Step.ROUTER,
              String.valueOf(e.getMessage()),
              "check the URL, the token, and that the router runs"));
    }
  }

  private ClaspBuilder client(String url) {
    ClaspBuilder builder = Clasp.builder(url).reconnect(false);
    return made.token == null ? builder : builder.token(made.token);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
  }

  private <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(made.timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ClaspException known) {
        throw known;
      }
      throw new ClaspException(
          ClaspException.Code.TIMEOUT, String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      future.cancel(false);
      throw new ClaspException(
          ClaspException.Code.TIMEOUT, "no answer within " + made.timeout.toMillis() + " ms", e);
    }
  }

  // ---- STUN and TURN

  private void stun(@Nullable PeerTransportProvider links) throws InterruptedException {
    List<IceServer> servers =
        made.rtcConfig.iceServers().stream().filter(server -> !server.isTurn()).toList();
    if (servers.isEmpty() || links == null) {
      found(Finding.skipped(Step.STUN, why(links, "no STUN server was named")));
      return;
    }
    for (IceServer server : servers) {
      RtcConfig config =
          made.rtcConfig.toBuilder()
              .iceServers(List.of(server))
              .iceTransportPolicy(IceTransportPolicy.NO_HOST)
              .gatheringTimeout(made.timeout)
              .build();
      LinkTrial trial = new LinkTrial(links, config, made.timeout);
      try {
        String seen =
            trial
                .offer()
                .lines()
                .filter(line -> line.contains(" typ srflx"))
                .map(line -> line.split(" ", -1))
                .map(words -> words[4] + " " + words[5])
                .collect(Collectors.joining(", "));
        found(Finding.pass(Step.STUN, server.urls() + " sees us as " + seen));
      } catch (TransportException e) {
        found(
            trial.errors().isEmpty()
                ? Finding.fail(
                    Step.STUN,
                    server.urls() + " gave no address: " + e.getMessage(),
                    "check that UDP gets out; a machine without NAT needs no STUN server")
                : Finding.fail(
                    Step.STUN,
                    server.urls() + ": " + trial.errors().peek(),
                    "check host, port, and that UDP gets out"));
      }
    }
  }

  private void turn(@Nullable PeerTransportProvider links) throws InterruptedException {
    List<IceServer> servers =
        made.rtcConfig.iceServers().stream().filter(IceServer::isTurn).toList();
    if (servers.isEmpty() || links == null) {
      found(Finding.skipped(Step.TURN, why(links, "no TURN server was named")));
      return;
    }
    for (IceServer server : servers) {
      RtcConfig config =
          made.rtcConfig.toBuilder()
              .iceServers(List.of(server))
              .iceTransportPolicy(IceTransportPolicy.RELAY)
              .build();
      LinkTrial trial = new LinkTrial(links, config, made.timeout);
      try {
        CandidatePair pair = trial.link();
        found(
            Finding.pass(
                Step.TURN,
                server.urls() + " carries data both ways, by " + text(pair),
                "verify P2P, not TURN: a relay costs time and is to be the last resort"));
      } catch (TransportException e) {
        found(
            Finding.fail(
                Step.TURN,
                server.urls() + " does not serve: " + e.getMessage(),
                trial.errors().isEmpty()
                    ? "check host and port, and that the server may relay between its own addresses"
                    : "check host, port, username and credential"));
      }
    }
  }

  private static String why(@Nullable PeerTransportProvider links, String otherwise) {
    return links == null ? "the native library is not available" : otherwise;
  }

  // ---- Links

  private void loopback(@Nullable PeerTransportProvider links) throws InterruptedException {
    if (links == null) {
      found(Finding.skipped(Step.LOOPBACK_LINK, why(null, "")));
      return;
    }
    RtcConfig config = RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build();
    try {
      CandidatePair pair = new LinkTrial(links, config, made.timeout).link();
      found(Finding.pass(Step.LOOPBACK_LINK, "two peers of this process link by " + text(pair)));
    } catch (TransportException e) {
      found(
          Finding.fail(
              Step.LOOPBACK_LINK,
              String.valueOf(e.getMessage()),
              "check ICE state and firewall: UDP to 127.0.0.1 must get through"));
    }
  }

  private void peer(@Nullable PeerTransportProvider links) throws InterruptedException {
    String url = made.router;
    String peer = made.peer;
    boolean routerFails =
        findings.stream()
            .anyMatch(each -> each.step() == Step.ROUTER && each.outcome() == Outcome.FAIL);
    if (url == null || peer == null || links == null || routerFails) {
      found(
          Finding.skipped(
              Step.PEER_LINK,
              why(
                  links,
                  peer == null
                      ? "no peer was named"
                      : url == null ? "no router was named" : "the router does not serve")));
      return;
    }
    P2POptions p2p =
        P2POptions.builder().rtcConfig(made.rtcConfig).connectTimeout(made.timeout).build();
    CompletableFuture<CandidatePair> pair = new CompletableFuture<>();
    try (Clasp clasp = await(client(url).withP2P(p2p).connectAsync())) {
      clasp.onPeerEvent(
          event -> {
            if (event instanceof PeerEvent.CandidatePairChanged changed) {
              pair.complete(changed.candidatePair());
            }
          });
      var unusedSnapshot = await(clasp.connectPeer(peer));
      found(linked(peer, await(pair)));
    } catch (ClaspException e) {
      found(
          Finding.fail(
              Step.PEER_LINK,
              "no link with " + peer + ": " + e.getMessage(),
              "check ICE state at both ends; peers in different networks need a STUN server, and"
                  + " where NATs or firewalls are strict a TURN server"));
    }
  }

  private static Finding linked(String peer, CandidatePair pair) {
    String how = "linked with " + peer + " by " + text(pair);
    if (pair.relayed()) {
      return Finding.pass(
          Step.PEER_LINK,
          how,
          "verify P2P, not TURN: the packets go through a TURN server; look for what stands against"
              + " a direct way");
    }
    boolean host =
        pair.local().type() == CandidatePair.Type.HOST
            || pair.remote().type() == CandidatePair.Type.HOST;
    return Finding.pass(Step.PEER_LINK, how, host ? null : PREFER_HOST);
  }

  private static String text(CandidatePair pair) {
    return lower(pair.local().type())
        + " and "
        + lower(pair.remote().type())
        + " candidates over "
        + pair.local().protocol()
        + (pair.relayed() ? ", relayed" : ", direct");
  }

  private static String lower(CandidatePair.Type type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Says what to examine. */
  public static final class Builder {
    private @Nullable String router;
    private @Nullable String token;
    private @Nullable String peer;
    private RtcConfig rtcConfig = RtcConfig.DEFAULTS;
    private Duration timeout = Duration.ofSeconds(10);

    private Builder() {}

    /**
     * Sets the router. Default none, and then neither it nor a peer is examined.
     *
     * @param url such as {@code ws://host:7330}
     * @return this
     */
    public Builder router(String url) {
      router = Objects.requireNonNull(url, "url");
      return this;
    }

    /**
     * Sets the credential for the router. Default none.
     *
     * @param token the token; never part of a finding
     * @return this
     */
    public Builder token(String token) {
      this.token = Objects.requireNonNull(token, "token");
      return this;
    }

    /**
     * Sets the peer to link with. Default none.
     *
     * @param peerId its id
     * @return this
     */
    public Builder peer(String peerId) {
      peer = Objects.requireNonNull(peerId, "peerId");
      return this;
    }

    /**
     * Sets how links are made, above all the STUN and TURN servers to examine. Default {@link
     * RtcConfig#DEFAULTS}.
     *
     * @param config the configuration
     * @return this
     */
    public Builder rtcConfig(RtcConfig config) {
      rtcConfig = Objects.requireNonNull(config, "config");
      return this;
    }

    /**
     * Sets how long each step may take. Default 10 s.
     *
     * @param time 500 ms to 30 s
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder timeout(Duration time) {
      timeout = Ranges.duration("timeout", time, 500, 30_000);
      return this;
    }

    /**
     * Makes the doctor.
     *
     * @return a doctor
     */
    public Doctor build() {
      return new Doctor(this);
    }
  }
}

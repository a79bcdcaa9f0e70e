package to.clasp.transport.webrtc.link;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionIceErrorEvent;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.TransportException;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.Connectivity;
import to.clasp.transport.peer.IceServer;
import to.clasp.transport.peer.IceServerError;
import to.clasp.transport.peer.IceTransportPolicy;
import to.clasp.transport.peer.Reliability;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.webrtc.natives.FactoryLease;
import to.clasp.transport.webrtc.natives.NativeReferences;
import to.clasp.transport.webrtc.natives.RtcThread;
import to.clasp.transport.webrtc.natives.SharedFactory;
import to.clasp.transport.webrtc.network.IceServers;
import to.clasp.transport.webrtc.network.LinkNetwork;
import to.clasp.transport.webrtc.network.SdpCandidates;

/**
 * The native side of one link. Commands may come from any thread and are carried out on the rtc
 * thread; events go to the event loop. After {@link #end} nothing more is told.
 */
public final class Link {

  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /** The labels by which CLASP peers know the channels. */
  public static final String RELIABLE_LABEL = "clasp-reliable";

  /** The lossy channel's label. */
  public static final String UNRELIABLE_LABEL = "clasp";

  /** What libwebrtc announces and takes. */
  public static final int MAX_MESSAGE_SIZE = 262_144;

  private final RtcConfig config;
  private final EventLoop loop;
  private final LinkEvents events;
  private final RtcThread rtc = RtcThread.instance();

  // Below: the rtc thread only.
  private final List<DataChannel> channels = new ArrayList<>();
  private final List<RTCIceCandidate> earlyCandidates = new ArrayList<>();
  private @Nullable FactoryLease lease;
  private @Nullable LinkNetwork network;
  private @Nullable RTCPeerConnection connection;
  private int maxMessageSize = MAX_MESSAGE_SIZE;
  private int remoteCandidates;

  /** How often this side has described itself. */
  private int descriptions;

  private boolean remoteDescribed;
  private boolean locallyDescribed;
  private boolean described;
  private boolean restarting;
  private boolean iceConnected;
  private boolean iceFailed;
  private boolean secured;
  private final ServerErrors serverErrors = new ServerErrors();
  private final RelayAddresses relays = new RelayAddresses();

  /** Written on the rtc thread; events that were under way when it is set are dropped. */
  private volatile boolean ended;

  /**
   * Makes the native side of a link; nothing happens yet.
   *
   * @param config how to link
   * @param loop where events go
   * @param events hears them
   */
  public Link(RtcConfig config, EventLoop loop, LinkEvents events) {
    this.config = config;
    this.loop = loop;
    this.events = events;
  }

  /** Makes connection, channels and offer. */
  public void offer() {
    open(
        () -> {
          // The order of native CLASP peers.
          createChannel(UNRELIABLE_LABEL, ChannelOptions.UNRELIABLE);
          createChannel(RELIABLE_LABEL, ChannelOptions.RELIABLE);
          connection().createOffer(new RTCOfferOptions(), new LocalDescription());
        });
  }

  /**
   * Takes an offer, and makes connection and answer.
   *
   * @param sdp the offer, checked
   */
  public void answer(String sdp) {
    open(
        () ->
            describeRemote(
                RTCSdpType.OFFER,
                sdp,
                () -> connection().createAnswer(new RTCAnswerOptions(), new LocalDescription())));
  }

  /** Restarts ICE: makes an offer for the connection that there is. */
  public void restartIce() {
    withServers(
        () -> {
          restarting();
          RTCOfferOptions options = new RTCOfferOptions();
          options.iceRestart = true;
          connection().createOffer(options, new LocalDescription());
        });
  }

  /**
   * Goes on with the servers that the supplier gives now, for credentials expire. Where it fails,
   * those so far serve on: a link must not end for that.
   */
  private void withServers(Runnable then) {
    if (config.iceServerSupplier() == null) {
      run(then);
      return;
    }
    var unused =
        IceServers.find(config)
            .handleAsync(
                (servers, failure) -> {
                  run(
                      () -> {
                        if (failure == null) {
                          network().servers(servers);
                          connection().setConfiguration(network().configuration());
                        } else {
                          LOG.warn(
                              "ICE is restarted with the servers so far: {}", failure.getMessage());
                        }
                        then.run();
                      });
                  return true;
                },
                rtc);
  }

  /**
   * Takes an offer that restarts ICE, and makes the answer.
   *
   * @param sdp the offer, checked
   */
  public void answerRestart(String sdp) {
    withServers(
        () -> {
          restarting();
          describeRemote(
              RTCSdpType.OFFER,
              sdp,
              () -> connection().createAnswer(new RTCAnswerOptions(), new LocalDescription()));
        });
  }

  /** Everything is described anew, with candidates gathered anew. */
  private void restarting() {
    network().restarting();
    restarting = true;
    described = false;
    locallyDescribed = false;
    remoteCandidates = 0;
    serverErrors.clear();
  }

  /**
   * Takes an answer.
   *
   * @param sdp the answer, checked
   */
  public void answered(String sdp) {
    run(() -> describeRemote(RTCSdpType.ANSWER, sdp, () -> {}));
  }

  /**
   * Takes a candidate of the other side. It may come before its description, and while the factory
   * or the connection is still being made: then it is kept until it can be used.
   *
   * @param json the candidate
   */
  public void remoteCandidate(String json) {
    rtc.execute(
        () -> {
          if (!ended) {
            guarded(() -> takeCandidate(json));
          }
        });
  }

  private void takeCandidate(String json) {
    RTCIceCandidate candidate;
    try {
      candidate = CandidateJson.read(json);
    } catch (IllegalArgumentException e) {
      LOG.debug("dropped a candidate: {}", e.getMessage());
      tell(LinkEvents::onDropped);
      return;
    }
    if (candidate == null) {
      return;
    }
    relays.note(candidate.sdp);
    if (++remoteCandidates > config.maxRemoteCandidates()) {
      tell(LinkEvents::onDropped);
    } else if (remoteDescribed) {
      add(candidate);
    } else {
      earlyCandidates.add(candidate);
    }
  }

  /**
   * Makes a further channel; an event tells when it is open, or could not be made.
   *
   * @param label the label
   * @param options what it promises
   */
  public void createFurtherChannel(String label, ChannelOptions options) {
    run(
        () -> {
          if (further(false) >= config.maxChannels()) {
            LOG.warn("no channel {}: {} are open, which is the limit", label, config.maxChannels());
            tell(heard -> heard.onFurtherChannelClosed(label, null));
            return;
          }
          try {
            RTCDataChannel made =
                connection().createDataChannel(label, ChannelProtocol.write(options));
            adopt(made, options, false, false);
          } catch (RuntimeException e) {
            LOG.warn("WebRTC makes no channel {}", label, e);
            tell(heard -> heard.onFurtherChannelClosed(label, null));
          }
        });
  }

  /**
   * Closes a further channel; nothing is told.
   *
   * @param channel the channel
   */
  public void closeFurtherChannel(DataChannel channel) {
    run(
        () -> {
          if (!channel.isEssential() && channels.remove(channel)) {
            channel.end();
            channel.close();
            channel.dispose();
          }
        });
  }

  /**
   * Closes the reliable channel behind all that was sent, on whatever channel: the other side
   * carries out the reset of a stream when it has everything that SCTP sent before (RFC 6525,
   * section 5.2.2). Its end is told when the other side has closed it as well. Further channels
   * stay, for it would look there as if each had been closed for itself.
   */
  public void closeReliableChannel() {
    run(
        () ->
            channels.stream()
                .filter(channel -> channel.isEssential())
                .filter(channel -> channel.reliability() == Reliability.RELIABLE)
                .forEach(DataChannel::closeBehindAll));
  }

  private long further(boolean byPeer) {
    return channels.stream()
        .filter(channel -> !channel.isEssential() && channel.isByPeer() == byPeer)
        .count();
  }

  /**
   * Sends the description with the candidates gathered by a time, if it has not been sent. ICE may
   * be restarted before: then that time is not the next description's.
   */
  private void describeInTime() {
    int number = ++descriptions;
    loop.schedule(
        config.gatheringTimeout(),
        () ->
            run(
                () -> {
                  if (number == descriptions) {
                    emitDescription();
                  }
                }));
  }

  /** Looks at the path; {@link LinkEvents#onPath} follows if it is known. */
  public void inspect() {
    run(
        () ->
            connection()
                .getStats(
                    report -> {
                      try {
                        rtc.execute(() -> inspected(report));
                      } catch (RuntimeException | Error e) {
                        LOG.error("a native callback failed", e);
                      }
                    }));
  }

  private void inspected(RTCStatsReport report) {
    PathStats.read(report, relays)
        .ifPresent(path -> tell(heard -> heard.onPath(path.pair(), path.roundTrip())));
  }

  /**
   * Ends everything, once, in the order that the native library needs.
   *
   * @param done called on the loop when all is gone
   */
  public void end(Runnable done) {
    rtc.execute(
        () -> {
          try {
            tearDown();
          } finally {
            loop.execute(done);
          }
        });
  }

  private void tearDown() {
    ended = true;
    channels.forEach(DataChannel::end);
    FactoryLease held = lease;
    RTCPeerConnection ending = connection;
    connection = null;
    if (held != null) {
      if (ending != null) {
        held.close(ending);
      }
      channels.forEach(DataChannel::dispose);
      held.close();
    }
    channels.clear();
    if (network != null) {
      network.close();
    }
  }

  private void open(Runnable then) {
    var unused =
        IceServers.find(config)
            .handleAsync(
                (servers, failure) -> {
                  if (failure != null) {
                    fail(reasonOf(failure));
                  } else if (!ended) {
                    acquire(servers, then);
                  }
                  return true;
                },
                rtc);
  }

  private void acquire(List<IceServer> servers, Runnable then) {
    CompletionStage<FactoryLease> acquired =
        SharedFactory.instance()
            .acquire(
                config.renewAfterMessages(), overdue -> tell(heard -> heard.onRenewalDue(overdue)));
    var unused =
        acquired.handleAsync(
            (leased, failure) -> {
              if (failure != null) {
                fail(reasonOf(failure));
              } else if (ended) {
                leased.close();
              } else {
                lease = leased;
                guarded(() -> connect(leased, servers, then));
              }
              return true;
            },
            rtc);
  }

  private void connect(FactoryLease leased, List<IceServer> servers, Runnable then) {
    LinkNetwork chosen = LinkNetwork.choose(config, servers);
    network = chosen;
    connection = leased.connect(chosen.configuration(), new Callbacks());
    then.run();
  }

  private static CloseReason reasonOf(Throwable thrown) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    return failure instanceof TransportException transport
        ? transport.reason()
        : new CloseReason(
            Code.UNAVAILABLE, "WebRTC cannot be started: " + failure.getMessage(), failure);
  }

  private void run(Runnable command) {
    rtc.execute(
        () -> {
          if (!ended && connection != null) {
            guarded(command);
          }
        });
  }

  @SuppressWarnings("CatchThrowable")
  private void guarded(Runnable command) {
    try {
      command.run();
    } catch (TransportException e) {
      fail(e.reason());
    } catch (Throwable e) {
      fail(new CloseReason(Code.NEGOTIATION_FAILED, "WebRTC refused a step: " + e.getMessage(), e));
    }
  }

  private void fail(CloseReason reason) {
    tell(heard -> heard.onFailure(reason));
  }

  private void tell(java.util.function.Consumer<LinkEvents> event) {
    loop.execute(
        () -> {
          if (!ended) {
            event.accept(events);
          }
        });
  }

  private RTCPeerConnection connection() {
    return Objects.requireNonNull(connection, "connection");
  }

  private LinkNetwork network() {
    return Objects.requireNonNull(network, "network");
  }

  private void createChannel(String label, ChannelOptions options) {
    adopt(
        connection().createDataChannel(label, ChannelProtocol.write(options)),
        options,
        true,
        false);
  }

  private void adopt(
      RTCDataChannel channel, ChannelOptions options, boolean essential, boolean byPeer) {
    DataChannel adopted =
        new DataChannel(
            channel,
            options,
            essential,
            byPeer,
            config.sendBufferBytes(),
            config.receiveBufferBytes(),
            maxMessageSize,
            loop,
            rtc,
            Objects.requireNonNull(lease),
            events);
    channels.add(adopted);
    adopted.observe();
  }

  private void remoteChannel(RTCDataChannel channel) {
    if (ended || connection == null) {
      return;
    }
    String label = channel.getLabel();
    if (label.equals(RELIABLE_LABEL) && !has(Reliability.RELIABLE)) {
      adopt(channel, ChannelOptions.RELIABLE, true, true);
    } else if (label.equals(UNRELIABLE_LABEL) && !has(Reliability.UNRELIABLE)) {
      adopt(channel, ChannelOptions.UNRELIABLE, true, true);
    } else if (label.startsWith("/") && further(true) < config.maxChannels()) {
      adopt(channel, ChannelProtocol.read(channel), false, true);
    } else {
      LOG.debug(
          "the peer opened a channel that nobody here knows, once more, or too many: {}", label);
      channel.close();
      NativeReferences.giveUp(channel);
      tell(LinkEvents::onDropped);
    }
  }

  /** A second channel of a kind must not take the place of the first. */
  private boolean has(Reliability reliability) {
    return channels.stream()
        .anyMatch(channel -> channel.isEssential() && channel.reliability() == reliability);
  }

  private void describeRemote(RTCSdpType type, String sdp, Runnable then) {
    String allowed = network().restrictRemote(sdp);
    relays.note(sdp);
    maxMessageSize = SdpCheck.maxMessageSize(sdp, MAX_MESSAGE_SIZE);
    channels.forEach(channel -> channel.maxMessageSize(maxMessageSize));
    remoteDescribed = false;
    connection()
        .setRemoteDescription(
            new RTCSessionDescription(type, allowed),
            new Step(
                () -> {
                  remoteDescribed = true;
                  earlyCandidates.forEach(this::add);
                  earlyCandidates.clear();
                  then.run();
                }));
  }

  private void add(RTCIceCandidate candidate) {
    if (!network().allows(candidate.sdp)) {
      tell(LinkEvents::onDropped);
      return;
    }
    try {
      connection().addIceCandidate(candidate);
    } catch (RuntimeException e) {
      // One that cannot be used, such as an mDNS name, must not end the attempt.
      LOG.debug("dropped a candidate that WebRTC refuses", e);
      tell(LinkEvents::onDropped);
    }
  }

  private void emitDescription() {
    if (described || !locallyDescribed) {
      return;
    }
    if (restarting && !network().restarted()) {
      LOG.debug("ICE is not restarted: no other port could be bound");
      return;
    }
    restarting = false;
    described = true;
    String sdp = network().completeLocal(connection().getLocalDescription().sdp);
    tell(heard -> heard.onLocalDescription(sdp));
  }

  private void gatheringComplete() {
    if (network != null && !restarting && !network.isBound()) {
      fail(
          CloseReason.of(
              Code.ICE_FAILED, "another process took the UDP port of this link; try again"));
    } else if (network != null && !iceConnected && hasNoCandidate()) {
      fail(
          CloseReason.of(
              Code.ICE_SERVERS_FAILED,
              "no STUN or TURN server gave an address that iceTransportPolicy "
                  + config.iceTransportPolicy()
                  + " allows"
                  + serverErrors.explanation()));
    } else {
      emitDescription();
    }
  }

  /** Whether a policy without host candidates has left none. */
  private boolean hasNoCandidate() {
    return config.iceTransportPolicy() != IceTransportPolicy.ALL
        && locallyDescribed
        && SdpCandidates.isWithout(connection().getLocalDescription().sdp);
  }

  private void serverFailed(RTCPeerConnectionIceErrorEvent event) {
    IceServerError error = serverErrors.note(event);
    if (error != null) {
      LOG.debug("an ICE server does not serve: {}", error);
      tell(heard -> heard.onIceServerError(error));
    }
  }

  private void gathered(RTCIceCandidate candidate) {
    // Before that the candidate is part of the description; with a candidate of our own, it is all.
    if (described && network != null && network.ownCandidate().isEmpty()) {
      String json = CandidateJson.write(candidate);
      tell(heard -> heard.onLocalCandidate(json));
    }
  }

  private void connectivity(RTCIceConnectionState state) {
    switch (state) {
      case CONNECTED, COMPLETED -> {
        iceConnected = true;
        tell(heard -> heard.onConnectivity(Connectivity.CONNECTED));
      }
      case DISCONNECTED -> tell(heard -> heard.onConnectivity(Connectivity.DISCONNECTED));
      case FAILED -> {
        iceFailed = true;
        fail(
            CloseReason.of(
                Code.ICE_FAILED,
                "no packets get through between the peers; check firewalls, and name a STUN or"
                    + " TURN server if they are in different networks"
                    + serverErrors.explanation()));
      }
      case NEW, CHECKING, CLOSED -> {}
    }
  }

  /**
   * The state of ICE and DTLS together. It fails when either does, and libwebrtc tells of ICE
   * first: without that, it is DTLS. To wait for ICE to be connected would be in vain, for the
   * state that webrtc-java tells is so only when DTLS is too.
   */
  private void connectionState(RTCPeerConnectionState state) {
    if (state == RTCPeerConnectionState.CONNECTED && !secured) {
      secured = true;
      tell(LinkEvents::onSecured);
    } else if (state == RTCPeerConnectionState.FAILED && !iceFailed) {
      fail(
          CloseReason.of(
              Code.DTLS_FAILED,
              "the encrypted connection failed although packets get through; the certificate of one"
                  + " side is not the one in its description, which may have been changed on its"
                  + " way"));
    }
  }

  /** Our description: made, set, then completed with candidates. */
  private final class LocalDescription implements CreateSessionDescriptionObserver {

    @Override
    public void onSuccess(RTCSessionDescription description) {
      onRtc(
          () ->
              connection()
                  .setLocalDescription(
                      description,
                      new Step(
                          () -> {
                            locallyDescribed = true;
                            if (!restarting && isGathered()) {
                              emitDescription();
                            } else {
                              describeInTime();
                            }
                          })));
    }

    @Override
    public void onFailure(String error) {
      onRtc(() -> refused(error));
    }
  }

  /** Before a restart has begun to gather, the state is still that of the last time. */
  private boolean isGathered() {
    return !network().gathers()
        || connection().getIceGatheringState() == RTCIceGatheringState.COMPLETE;
  }

  private void refused(String error) {
    fail(CloseReason.of(Code.NEGOTIATION_FAILED, "WebRTC refused a description: " + error));
  }

  /** From a native thread to the rtc thread; nothing may leave a native callback. */
  @SuppressWarnings("CatchThrowable")
  private void onRtc(Runnable task) {
    try {
      run(task);
    } catch (Throwable e) {
      LOG.error("a native callback failed", e);
    }
  }

  private final class Step implements SetSessionDescriptionObserver {
    private final Runnable next;

    Step(Runnable next) {
      this.next = next;
    }

    @Override
    public void onSuccess() {
      onRtc(next);
    }

    @Override
    public void onFailure(String error) {
      onRtc(() -> refused(error));
    }
  }

  private final class Callbacks implements PeerConnectionObserver {

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      onRtc(() -> gathered(candidate));
    }

    @Override
    public void onIceCandidateError(RTCPeerConnectionIceErrorEvent event) {
      onRtc(() -> serverFailed(event));
    }

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
      if (state == RTCIceGatheringState.COMPLETE) {
        onRtc(Link.this::gatheringComplete);
      }
    }

    @Override
    public void onIceConnectionChange(RTCIceConnectionState state) {
      onRtc(() -> connectivity(state));
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
      onRtc(() -> connectionState(state));
    }

    @Override
    public void onDataChannel(RTCDataChannel channel) {
      onRtc(() -> remoteChannel(channel));
    }
  }
}

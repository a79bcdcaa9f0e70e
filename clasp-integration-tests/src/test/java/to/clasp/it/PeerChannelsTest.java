package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static to.clasp.it.ClientHarness.TIMEOUT;
import static to.clasp.it.ClientHarness.get;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import to.clasp.client.ClaspException;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.ClaspP2P;
import to.clasp.client.Peer;
import to.clasp.client.PeerDataChannel;
import to.clasp.client.Update;
import to.clasp.core.value.Value;
import to.clasp.router.EmbeddedRouter;
import to.clasp.testkit.fault.SubstitutedLinks;
import to.clasp.testkit.record.Recorder;
import to.clasp.testkit.relay.RelayedPeerTransportProvider;
import to.clasp.testkit.relay.UdpRelay;
import to.clasp.transport.Path;
import to.clasp.transport.identity.IdentityOptions;
import to.clasp.transport.identity.KnownPeers;
import to.clasp.transport.identity.PeerIdentity;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.ChannelPriority;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.RtcConfig;

/** Further channels of a link, over real WebRTC. */
class PeerChannelsTest {

  private final Recorder<PeerDataChannel> shown = new Recorder<>();
  private final Recorder<Update> heard = new Recorder<>();
  private EmbeddedRouter router;
  private ClaspP2P stage;
  private ClaspP2P desk;
  private Peer peer;

  @BeforeEach
  void link() throws Exception {
    router = EmbeddedRouter.builder().port(0).start();
    link(options -> options, RtcConfig.builder());
  }

  private void link(UnaryOperator<P2POptions.Builder> options, RtcConfig.Builder config)
      throws Exception {
    stage = connect("stage", options, config.build().toBuilder());
    desk = connect("desk", options, config.build().toBuilder().maxChannels(2));
    stage.onPeer(linked -> linked.onChannel(shown::record));
    stage.on("/**", heard::record);
    peer = get(desk.connectToPeer("stage"));
  }

  /** Links anew, with other options. */
  private void relink(UnaryOperator<P2POptions.Builder> options) throws Exception {
    desk.close();
    stage.close();
    link(options, RtcConfig.builder());
  }

  /** Links anew, with native resources that are renewed after so many messages. */
  private void renewAfter(int messages) throws Exception {
    desk.close();
    stage.close();
    link(options -> options, RtcConfig.builder().renewAfterMessages(messages));
  }

  @AfterEach
  void close() {
    desk.close();
    stage.close();
    router.close();
  }

  private ClaspP2P connect(
      String id, UnaryOperator<P2POptions.Builder> options, RtcConfig.Builder config) {
    return ClaspP2P.builder()
        .signaling(router.uri())
        .clientId(id)
        .options(options)
        .rtcConfig(config.networkScope(NetworkScope.LOOPBACK).build())
        .connect();
  }

  private static Code codeOf(CompletableFuture<?> future) {
    return ((ClaspException) catchThrowable(() -> get(future)).getCause()).code();
  }

  static Stream<ChannelOptions> kinds() {
    return Stream.of(
        ChannelOptions.RELIABLE,
        ChannelOptions.UNRELIABLE,
        ChannelOptions.builder().ordered(false).build(),
        ChannelOptions.builder().maxRetransmits(3).build(),
        ChannelOptions.builder()
            .ordered(false)
            .maxPacketLifeTime(Duration.ofMillis(250))
            .priority(ChannelPriority.VERY_LOW)
            .build(),
        ChannelOptions.builder()
            .maxRetransmits(3)
            .maxPacketLifeTime(Duration.ofMillis(500))
            .priority(ChannelPriority.HIGH)
            .build(),
        ChannelOptions.builder().priority(ChannelPriority.MEDIUM).build());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theOtherSideSeesTheChannelWithItsOptionsAndHearsWhatRidesIt(ChannelOptions options)
      throws Exception {
    PeerDataChannel made = get(peer.createDataChannel("/control", options));
    PeerDataChannel seen = shown.await(PeerDataChannel.class, TIMEOUT);

    assertThat(seen.label()).isEqualTo("/control");
    assertThat(seen.options()).isEqualTo(options);
    assertThat(seen.isByPeer()).isTrue();
    assertThat(made.isByPeer()).isFalse();
    assertThat(made.isOpen()).isTrue();
    assertThat(get(peer.set("/control/fader", 0.5)).path()).isEqualTo(Path.P2P);
    assertThat(heard.await(Update.class, TIMEOUT).address()).isEqualTo("/control/fader");
  }

  @Test
  void aReliableChannelCarriesAllInOrderInBothDirections() throws Exception {
    Recorder<Update> back = new Recorder<>();
    peer.on("/control/**", back::record);
    get(peer.createDataChannel("/control", ChannelOptions.RELIABLE));
    shown.await(PeerDataChannel.class, TIMEOUT);
    Peer other = stage.peer("desk").orElseThrow();

    for (long i = 0; i < 500; i++) {
      get(peer.emit("/control/n", i));
      get(other.emit("/control/m", i));
    }

    List<Long> numbers = LongStream.range(0, 500).boxed().toList();
    heard.awaitThat("all", TIMEOUT, all -> all.size() == 500);
    back.awaitThat("all", TIMEOUT, all -> all.size() == 500);
    assertThat(heard.events().stream().map(update -> update.value().asLong()))
        .containsExactlyElementsOf(numbers);
    assertThat(back.events().stream().map(update -> update.value().asLong()))
        .containsExactlyElementsOf(numbers);
  }

  @Test
  void labelsAreWholeSegmentsAndTheLongestOneCounts() throws Exception {
    get(peer.createDataChannel("/a", ChannelOptions.RELIABLE));
    PeerDataChannel longer = get(peer.createDataChannel("/a/b", ChannelOptions.UNRELIABLE));
    longer.close();
    // The longer one has closed, so what is below it rides the shorter one, and all arrives.
    for (String address : List.of("/a", "/a/b/c", "/ab", "/elsewhere")) {
      get(peer.emit(address, 1));
    }

    heard.awaitThat("all", TIMEOUT, all -> all.size() == 4);
    assertThat(heard.events().stream().map(Update::address))
        .containsExactlyInAnyOrder("/a", "/a/b/c", "/ab", "/elsewhere");
    assertThat(peer.channels().stream().map(PeerDataChannel::label)).containsExactly("/a");
  }

  @Test
  void aChannelGoesOnOverEachRenewalOfItsLink() throws Exception {
    renewAfter(1_000);
    Recorder<PeerEvent> events = new Recorder<>();
    desk.onEvent(events::record);
    get(peer.createDataChannel("/control", ChannelOptions.RELIABLE));
    events.await(PeerEvent.ChannelOpened.class, TIMEOUT);
    long sent = 0;
    while (events.events(PeerEvent.Renewed.class).size() < 3) {
      // Between two channels there is no order: what has been sent arrives before more is.
      for (long end = sent + 50; sent < end; sent++) {
        assertThat(get(peer.emit("/control/n", sent)).path()).isEqualTo(Path.P2P);
      }
      long all = sent;
      heard.awaitThat(all + " values", TIMEOUT, updates -> updates.size() >= all);
    }

    assertThat(heard.events().stream().map(update -> update.value().asLong()))
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, sent).boxed().toList());
    assertThat(heard.events()).allMatch(update -> update.path() == Path.P2P);
    assertThat(events.events(PeerEvent.ChannelClosed.class)).isEmpty();
    assertThat(events.events(PeerEvent.Failed.class)).isEmpty();
    assertThat(peer.channels().stream().map(PeerDataChannel::label)).containsExactly("/control");
  }

  @Test
  void aChannelServesBehindIdentities() throws Exception {
    relink(
        options ->
            options.identity(
                IdentityOptions.trustOnFirstUse(PeerIdentity.generate(), KnownPeers.inMemory())));
    assertThat(peer.linkSecurity().orElseThrow().isProven()).isTrue();
    PeerDataChannel made = get(peer.createDataChannel("/control", ChannelOptions.UNRELIABLE));
    PeerDataChannel seen = shown.await(PeerDataChannel.class, TIMEOUT);

    assertThat(seen.options()).isEqualTo(ChannelOptions.UNRELIABLE);
    assertThat(made.isOpen()).isTrue();
    assertThat(get(peer.set("/control/fader", 0.5)).path()).isEqualTo(Path.P2P);
    assertThat(heard.await(Update.class, TIMEOUT).address()).isEqualTo("/control/fader");
  }

  @Test
  void aLifetimeDropsWhatWaitsLongerOnThisSide() throws Exception {
    try (UdpRelay relay = UdpRelay.start()) {
      SubstitutedLinks relayed =
          SubstitutedLinks.by(webrtc -> new RelayedPeerTransportProvider(webrtc, relay));
      try {
        relink(options -> options);
        // Once handed over, WebRTC repeats a message until it arrives: what is lost is lost here.
        PeerDataChannel made =
            get(
                peer.createDataChannel(
                    "/pose",
                    ChannelOptions.builder()
                        .maxRetransmits(65_535)
                        .maxPacketLifeTime(Duration.ofMillis(100))
                        .build()));
        relay.cut();
        long accepted = 0;
        byte[] pose = new byte[16 * 1024];
        long until = System.nanoTime() + TIMEOUT.toNanos();
        while (made.stats().dropped() == 0 && System.nanoTime() < until) {
          // Numbers in order, as many as fit: WebRTC holds the first, the rest waits and expires.
          ByteBuffer.wrap(pose).putLong(accepted);
          if (peer.emit("/pose/head", pose).isCompletedExceptionally()) {
            LockSupport.parkNanos(1_000_000);
          } else {
            accepted++;
          }
        }
        relay.restore();
        long dropped = awaitDrained(made);

        assertThat(dropped).isPositive();
        long arrive = accepted - dropped;
        heard.awaitThat("what was handed over", TIMEOUT, all -> all.size() == arrive);
        List<Long> numbers =
            heard.events().stream()
                .map(
                    update ->
                        ByteBuffer.wrap(((Value.Bytes) update.value()).toByteArray()).getLong())
                .toList();
        assertThat(numbers).isSorted().doesNotHaveDuplicates().first().isEqualTo(0L);
        assertThat(get(peer.emit("/pose/head", pose)).path()).isEqualTo(Path.P2P);
        heard.awaitThat("one more", TIMEOUT, all -> all.size() == arrive + 1);
      } finally {
        close();
        relayed.close();
      }
    }
  }

  /** Waits until nothing waits on a channel any more; tells how many messages were dropped. */
  private static long awaitDrained(PeerDataChannel channel) {
    long until = System.nanoTime() + TIMEOUT.toNanos();
    while (channel.stats().bufferedAmount() > 0) {
      assertThat(System.nanoTime()).as("in time").isLessThan(until);
      LockSupport.parkNanos(1_000_000);
    }
    return channel.stats().dropped();
  }

  @Test
  void aClosedChannelIsClosedForBothAndTheLinkStays() throws Exception {
    Recorder<PeerEvent> events = new Recorder<>();
    stage.onEvent(events::record);
    PeerDataChannel made = get(peer.createDataChannel("/control", ChannelOptions.RELIABLE));
    shown.await(PeerDataChannel.class, TIMEOUT);

    made.close();

    assertThat(events.await(PeerEvent.ChannelClosed.class, TIMEOUT).label()).isEqualTo("/control");
    assertThat(get(peer.emit("/control/x", 1)).path()).isEqualTo(Path.P2P);
    heard.await(Update.class, TIMEOUT);
    assertThat(events.events(PeerEvent.Failed.class)).isEmpty();
    // It can be made anew, with other options.
    assertThat(get(peer.createDataChannel("/control", ChannelOptions.UNRELIABLE)).isOpen())
        .isTrue();
  }

  @Test
  void channelsAreBoundedAndALabelHasOneKind() throws Exception {
    get(peer.createDataChannel("/a", ChannelOptions.RELIABLE));
    assertThat(codeOf(peer.createDataChannel("/a", ChannelOptions.UNRELIABLE)))
        .isEqualTo(Code.REFUSED);
    assertThat(get(peer.createDataChannel("/a", ChannelOptions.RELIABLE)).isOpen()).isTrue();
    get(peer.createDataChannel("/b", ChannelOptions.RELIABLE));

    assertThat(codeOf(peer.createDataChannel("/c", ChannelOptions.RELIABLE)))
        .isEqualTo(Code.REFUSED);
  }

  @Test
  void aChannelIsMadeAgainWithTheNextLink() throws Exception {
    Recorder<PeerEvent> events = new Recorder<>();
    get(peer.createDataChannel("/control", ChannelOptions.RELIABLE));
    shown.await(PeerDataChannel.class, TIMEOUT);
    peer.onEvent(events::record);

    stage.peer("desk").orElseThrow().close();

    events.await(PeerEvent.ChannelClosed.class, TIMEOUT);
    get(desk.connectToPeer("stage"));
    events.await(PeerEvent.ChannelOpened.class, TIMEOUT);
    assertThat(get(peer.emit("/control/x", 2)).path()).isEqualTo(Path.P2P);
    assertThat(heard.await(Update.class, TIMEOUT).value().asLong()).isEqualTo(2);
  }
}

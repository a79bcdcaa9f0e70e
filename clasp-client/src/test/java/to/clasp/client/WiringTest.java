package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.RecordingClientListener.P2PUnavailable;
import to.clasp.client.ScriptedTransport.WithPeers;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.testkit.memory.InMemoryPeerNetwork;
import to.clasp.testkit.memory.InMemoryPeerTransportProvider;
import to.clasp.testkit.record.RecordingListener;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Path;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportState;
import to.clasp.transport.pace.PacedTransport;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAwareTransport;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.HybridTransportProvider;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProvider;
import to.clasp.transport.spi.TransportProviders;

class WiringTest {

  private final ManualEventLoop loop = new ManualEventLoop();
  private final TransportContext context = new TransportContext(loop, new SplittableRandom(7));
  private final TransportProviders providers = TransportProviders.none();
  private final ScriptedTransport router = new ScriptedTransport();
  private final WithPeers hybrid = new WithPeers("me");
  private final InMemoryPeerTransportProvider peers =
      new InMemoryPeerTransportProvider(new InMemoryPeerNetwork());

  private Wiring wire(ClaspBuilder builder) {
    return Wiring.create(builder.options(), providers, context);
  }

  private static ClaspBuilder builder() {
    return Clasp.builder("ws://router.test:7330").name("me");
  }

  private void provideRouter() {
    providers.register(
        new TransportProvider() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public Set<String> schemes() {
            return Set.of("ws");
          }

          @Override
          public Availability availability() {
            return Availability.AVAILABLE;
          }

          @Override
          public Transport create(URI uri, ConnectionOptions options, TransportContext context) {
            if (uri.getPort() == 0) {
              throw new IllegalArgumentException("no port 0");
            }
            return router;
          }
        });
  }

  private void provideHybrid() {
    providers.register(
        new HybridTransportProvider() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public PeerAwareTransport create(
              Transport router,
              PeerTransportProvider peers,
              P2POptions options,
              TransportContext context) {
            return hybrid;
          }
        });
  }

  @Test
  void pacesTheTransportOfTheScheme() {
    provideRouter();

    Wiring wiring = wire(builder());

    assertThat(wiring.transport()).isInstanceOf(PacedTransport.class);
    assertThat(wiring.peers()).isNull();
    assertThat(wiring.links()).isSameAs(Sender.Links.NONE);
    assertThat(wiring.departures()).isNotSameAs(Departures.IMMEDIATE);
  }

  @Test
  void putsTheHybridOnTop() {
    provideRouter();
    provideHybrid();
    providers.register(peers);

    Wiring wiring = wire(builder().withP2P(true, true));

    assertThat(wiring.transport()).isSameAs(hybrid);
    assertThat(wiring.peers()).isSameAs(hybrid);
    assertThat(wiring.p2pUnavailable()).isNull();
    assertThat(wiring.isOwn("/peer/me/x")).isTrue();
    assertThat(wiring.isOwn("/peer/b/x")).isFalse();
    hybrid.link("b");
    assertThat(wiring.isUp("b")).isTrue();
    assertThat(wiring.isUp("c")).isFalse();
    assertThat(wiring.peerOf(CoreFixture.event("/peer/b/x", 1))).isEqualTo("b");
  }

  @Test
  void directLinksWithoutTheHybridNameTheArtifactToAdd() {
    provideRouter();

    assertThatThrownBy(() -> wire(builder().withP2P(true, false)))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.P2P_UNAVAILABLE))
        .hasMessageContaining("add to.clasp:clasp-hybrid to the class path");
    // What had been made is put away.
    assertThat(router.state()).isEqualTo(TransportState.CLOSED);
  }

  @Test
  void directLinksWithoutPeerTransportNameTheArtifactToAdd() {
    provideRouter();
    provideHybrid();

    assertThatThrownBy(() -> wire(builder().withP2P(true, false)))
        .isInstanceOf(ClaspException.class)
        .hasMessageContaining("add to.clasp:clasp-transport-webrtc to the class path");
  }

  @Test
  void aPeerTransportThatCannotWorkTellsWhy() {
    provideRouter();
    provideHybrid();
    providers.register(peers);
    peers.unavailable("the native library needs glibc");

    assertThatThrownBy(() -> wire(builder().withP2P(true, false)))
        .isInstanceOf(ClaspException.class)
        .hasMessageContaining("the native library needs glibc");
  }

  @Test
  void withFallbackTheRouterServesAndTheReasonCanBeRead() {
    provideRouter();

    Wiring wiring = wire(builder().withP2P(true, true));

    assertThat(wiring.transport()).isInstanceOf(PacedTransport.class);
    assertThat(wiring.p2pUnavailable()).contains("add to.clasp:clasp-hybrid to the class path");
  }

  @Test
  void theApplicationIsToldThatDirectLinksCannotBeHad() {
    // The class path of these tests has neither hybrid nor peer transport.
    RecordingClientListener listener = new RecordingClientListener();
    try (MemoryRouter memory = new MemoryRouter()) {
      TransportProvider provider =
          new TransportProvider() {
            @Override
            public String name() {
              return "memory of this test";
            }

            @Override
            public Set<String> schemes() {
              return Set.of("wiring-test");
            }

            @Override
            public Availability availability() {
              return Availability.AVAILABLE;
            }

            @Override
            public Transport create(URI uri, ConnectionOptions options, TransportContext context) {
              return memory.transport(context);
            }
          };
      TransportProviders.shared().register(provider);
      try (Clasp client =
          Clasp.builder("wiring-test://router").listener(listener).withP2P(true, true).connect()) {
        assertThat(client.p2pUnavailable().orElseThrow()).contains("to.clasp:clasp-hybrid");
        assertThat(client.peerId()).isEmpty();
        assertThat(client.emit("/peer/b/x", 1).join().path()).isEqualTo(Path.ROUTER);
        assertThat(listener.await(P2PUnavailable.class, Duration.ofSeconds(20)).reason())
            .isEqualTo(client.p2pUnavailable().orElseThrow());
        assertThat(client.connectPeer("b"))
            .failsWithin(Duration.ofSeconds(1))
            .withThrowableThat()
            .withMessageContaining("to.clasp:clasp-hybrid");
      } finally {
        TransportProviders.shared().deregister(provider);
      }
    }
  }

  @Test
  void aSchemeThatNobodyServesIsATypedError() {
    assertThatThrownBy(() -> wire(builder()))
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.NO_TRANSPORT));
  }

  @Test
  void anUnusableUrlIsToldAsTheProviderDoes() {
    provideRouter();

    assertThatThrownBy(() -> wire(Clasp.builder("ws://router.test:0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no port 0");
  }

  @Test
  void aTransportThatIsGivenIsUsedAsItIs() {
    Wiring object = wire(builder().transport(router));
    Wiring factory =
        wire(builder().transport(given -> Objects.equals(given, context) ? router : hybrid));

    assertThat(object.transport()).isSameAs(router);
    assertThat(factory.transport()).isSameAs(router);
    assertThat(object.departures()).isSameAs(Departures.IMMEDIATE);
    RecordingListener listener = new RecordingListener();
    assertThat(object.onLoop(listener, loop)).isInstanceOf(LoopBridge.class);
    assertThat(factory.onLoop(listener, loop)).isSameAs(listener);
  }
}

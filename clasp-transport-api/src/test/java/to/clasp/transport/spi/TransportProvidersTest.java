package to.clasp.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;
import to.clasp.transport.spi.ServiceFiles.Broken;
import to.clasp.transport.spi.ServiceFiles.BrokenStatically;
import to.clasp.transport.spi.ServiceFiles.Working;

class TransportProvidersTest {

  private static final URI WS = URI.create("ws://localhost:7330");

  @TempDir java.nio.file.Path directory;

  @Test
  void findsProvidersThatTheClassPathNames() throws Exception {
    try (var loader = ServiceFiles.loader(directory, Working.class.getName())) {
      TransportProviders providers = TransportProviders.discover(loader);

      assertThat(providers.transports()).singleElement().isInstanceOf(Working.class);
      assertThat(providers.forUri(WS)).isInstanceOf(Working.class);
      assertThat(providers.failures()).isEmpty();
    }
  }

  @Test
  void findsAProviderThatTwoClassLoadersShowOnlyOnce() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (var outer =
        ServiceFiles.loader(directory, Working.class.getName(), Working.class.getName())) {
      thread.setContextClassLoader(outer);

      assertThat(TransportProviders.discover().transports())
          .filteredOn(Working.class::isInstance)
          .hasSize(1);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void keepsTheReasonOfAProviderThatThrowsFromItsConstructorAndGoesOn() throws Exception {
    try (var loader =
        ServiceFiles.loader(directory, Broken.class.getName(), Working.class.getName())) {
      TransportProviders providers = TransportProviders.discover(loader);

      assertThat(providers.forUri(WS)).isInstanceOf(Working.class);
      assertThat(providers.failures())
          .singleElement()
          .asString()
          .contains(Broken.class.getName(), "the constructor's reason");
    }
  }

  @Test
  void survivesAProviderWhoseClassDoesNotInitialise() throws Exception {
    try (var loader =
        ServiceFiles.loader(directory, BrokenStatically.class.getName(), Working.class.getName())) {
      TransportProviders providers = TransportProviders.discover(loader);

      assertThat(providers.transports()).singleElement().isInstanceOf(Working.class);
      assertThat(providers.failures())
          .singleElement()
          .asString()
          .contains("the initialiser's reason");
    }
  }

  @Test
  void survivesProviderFilesThatNameNoSuchClassOrNoProvider() throws Exception {
    try (var loader =
        ServiceFiles.loader(
            directory,
            "to.clasp.Absent",
            ServiceFiles.class.getName(),
            "no class name!",
            Working.class.getName())) {
      TransportProviders providers = TransportProviders.discover(loader);

      // A line that is no class name spoils its file; the others spoil only themselves.
      assertThat(providers.failures()).isNotEmpty();
      assertThatThrownBy(() -> providers.forUri(URI.create("none://x")))
          .isInstanceOf(TransportException.class);
    }
    try (var loader =
        ServiceFiles.loader(
            directory, "to.clasp.Absent", ServiceFiles.class.getName(), Working.class.getName())) {
      TransportProviders providers = TransportProviders.discover(loader);

      assertThat(providers.transports()).singleElement().isInstanceOf(Working.class);
      assertThat(providers.failures()).hasSize(2);
    }
  }

  @Test
  void joinsAllReasonsAndNamesTheArtifactWhenNothingFits() throws Exception {
    try (var loader = ServiceFiles.loader(directory, Broken.class.getName())) {
      TransportProviders providers = TransportProviders.discover(loader);

      assertThatThrownBy(() -> providers.forUri(WS))
          .isInstanceOfSatisfying(
              TransportException.class,
              e -> assertThat(e.reason().code()).isEqualTo(CloseReason.Code.UNAVAILABLE))
          .hasMessageContaining("the constructor's reason")
          .hasMessageContaining("add to.clasp:clasp-transport-ws to the class path");
    }
  }

  @Test
  void givesTheReasonsOfUnavailableProvidersWithoutAskingForMore() {
    TransportProviders providers = TransportProviders.none();
    providers.register(provider("first", 7, Availability.unavailable("library one is missing")));
    providers.register(provider("second", 3, Availability.unavailable("library two is missing")));

    assertThatThrownBy(() -> providers.forUri(WS))
        .isInstanceOf(TransportException.class)
        .hasMessage(
            "no transport for the scheme \"ws\" (there are some for ws):"
                + " first: library one is missing; second: library two is missing");
  }

  @Test
  void countsAProviderThatThrowsWhenAskedAsUnavailable() {
    TransportProviders providers = TransportProviders.none();
    TransportProvider broken = provider("broken", 9, Availability.AVAILABLE);
    when(broken.availability()).thenThrow(new UnsatisfiedLinkError("no libx in path"));
    providers.register(broken);

    assertThatThrownBy(() -> providers.forUri(WS)).hasMessageContaining("no libx in path");

    TransportProvider working = provider("working", 1, Availability.AVAILABLE);
    providers.register(working);
    assertThat(providers.forUri(WS)).isSameAs(working);
  }

  @Test
  void choosesTheHighestPriorityThatServesTheSchemeAndIsAvailable() {
    TransportProviders providers = TransportProviders.none();
    TransportProvider low = provider("low", 1, Availability.AVAILABLE);
    TransportProvider high = provider("high", 8, Availability.AVAILABLE);
    TransportProvider absent = provider("absent", 9, Availability.unavailable("not here"));
    TransportProvider other = provider("other", 10, Availability.AVAILABLE);
    when(other.schemes()).thenReturn(Set.of("quic"));
    providers.register(low);
    providers.register(other);
    providers.register(absent);
    providers.register(high);

    assertThat(providers.transports()).containsExactly(other, absent, high, low);
    assertThat(providers.forUri(URI.create("WS://localhost"))).isSameAs(high);
    assertThat(providers.forUri(URI.create("quic://localhost"))).isSameAs(other);
  }

  @Test
  void ordersProvidersOfOnePriorityByClassName() {
    TransportProviders providers = TransportProviders.none();
    TransportProvider b = new ServiceFiles.B();
    TransportProvider a = new ServiceFiles.A();
    providers.register(b);
    providers.register(a);

    assertThat(providers.transports()).containsExactly(a, b);
  }

  @Test
  void registersAndDeregistersByHand() {
    TransportProviders providers = TransportProviders.none();
    TransportProvider provider = provider("by hand", 5, Availability.AVAILABLE);
    providers.register(provider);
    providers.register(provider);
    var before = providers.transports();

    assertThat(providers.deregister(provider)).isTrue();
    assertThat(providers.deregister(provider)).isFalse();

    assertThat(before).containsExactly(provider);
    assertThat(providers.transports()).isEmpty();
  }

  @Test
  void namesWhatServesOtherSchemes() {
    TransportProviders providers = TransportProviders.none();
    providers.register(provider("only", 5, Availability.AVAILABLE));

    assertThatThrownBy(() -> providers.forUri(URI.create("http://localhost")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("\"http\"")
        .hasMessageContaining("there are some for ws")
        .hasMessageContaining("write ws://host:port");
  }

  @Test
  void refusesAUriWithoutScheme() {
    assertThatThrownBy(() -> TransportProviders.none().forUri(URI.create("localhost")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write ws://host:port");
  }

  @Test
  void namesTheArtifactsOfPeersAndHybrid() {
    TransportProviders none = TransportProviders.none();

    assertThatThrownBy(none::peer)
        .hasMessage("no transport to peers: add to.clasp:clasp-transport-webrtc to the class path");
    assertThatThrownBy(none::hybrid)
        .hasMessage("no hybrid transport: add to.clasp:clasp-hybrid to the class path");
  }

  @Test
  void choosesPeersAndHybridThatAreRegistered() {
    TransportProviders providers = TransportProviders.none();
    PeerTransportProvider peer = mock(PeerTransportProvider.class);
    when(peer.name()).thenReturn("peers");
    when(peer.availability()).thenReturn(Availability.AVAILABLE);
    HybridTransportProvider hybrid = mock(HybridTransportProvider.class);
    when(hybrid.name()).thenReturn("hybrid");
    providers.register(peer);
    providers.register(hybrid);

    assertThat(providers.peer()).isSameAs(peer);
    assertThat(providers.hybrid()).isSameAs(hybrid);
    assertThat(providers.peers()).containsExactly(peer);
    assertThat(providers.hybrids()).containsExactly(hybrid);
    assertThat(providers.deregister(peer)).isTrue();
    assertThat(providers.deregister(hybrid)).isTrue();
  }

  @Test
  void sharesOneRegistryInTheProcess() {
    assertThat(TransportProviders.shared()).isSameAs(TransportProviders.shared());
  }

  private static TransportProvider provider(String name, int priority, Availability availability) {
    TransportProvider provider = mock(TransportProvider.class);
    when(provider.name()).thenReturn(name);
    when(provider.priority()).thenReturn(priority);
    when(provider.schemes()).thenReturn(Set.of("ws"));
    when(provider.availability()).thenReturn(availability);
    return provider;
  }
}

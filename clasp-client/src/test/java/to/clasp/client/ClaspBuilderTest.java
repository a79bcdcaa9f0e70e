package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.client.ClaspException.Code;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.core.message.Feature;
import to.clasp.testkit.contract.LeakCheck;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.peer.P2POptions;

class ClaspBuilderTest {

  private static ClaspBuilder builder() {
    return Clasp.builder("ws://127.0.0.1:7330");
  }

  // The URL.

  @ParameterizedTest
  @ValueSource(strings = {"", "router", "127.0.0.1", "//router:7330", "ws://", "ws://a b", "ws:"})
  void refusesWhatIsNoUrl(String url) {
    assertThatThrownBy(() -> Clasp.builder(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + url + "\"")
        .hasMessageContaining("write ws://host:7330");
  }

  @Test
  void takesAUri() {
    assertThat(Clasp.builder(URI.create("ws://h:1")).options().uri())
        .isEqualTo(URI.create("ws://h:1"));
    assertThatThrownBy(() -> Clasp.builder(URI.create("/path")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSchemeThatNoTransportServesIsToldByATypedError() {
    LeakCheck leaks = LeakCheck.begin();

    CompletableFuture<Clasp> attempt = Clasp.builder("http://127.0.0.1:7330").connectAsync();

    assertThatThrownBy(attempt::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.NO_TRANSPORT))
        .hasMessageContaining("\"http\"")
        .hasMessageContaining("write ws://host:port");
    leaks.assertNoThreads(Duration.ofSeconds(20));
  }

  @Test
  void aMissingTransportNamesTheArtifactToAdd() {
    assertThatThrownBy(() -> builder().connect())
        .isInstanceOfSatisfying(
            ClaspException.class, e -> assertThat(e.code()).isEqualTo(Code.NO_TRANSPORT))
        .hasMessageContaining("add to.clasp:clasp-transport-ws to the class path");
  }

  // Defaults.

  @Test
  void hasTheDocumentedDefaults() {
    ClientOptions options = builder().options();

    assertThat(options.name()).startsWith("java-");
    assertThat(options.name()).isNotEqualTo(builder().options().name());
    assertThat(options.token()).isNull();
    assertThat(options.features())
        .isEqualTo(
            Set.of(
                Feature.PARAM, Feature.EVENT, Feature.STREAM, Feature.GESTURE, Feature.TIMELINE));
    assertThat(options.connection()).isSameAs(ConnectionOptions.DEFAULTS);
    assertThat(options.connection().reconnect()).isTrue();
    assertThat(options.transport()).isNull();
    assertThat(options.transportFactory()).isNull();
    assertThat(options.p2p()).isNull();
    assertThat(options.dispatcher()).isNull();
    assertThat(options.dispatcherThreads()).isEqualTo(8);
    assertThat(options.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.requestTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.keepAliveInterval()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.closeTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.messagesPerSecond()).isEqualTo(1_000);
    assertThat(options.maxQueuedUpdates()).isEqualTo(10_000);
    assertThat(options.maxOutboxBytes()).isEqualTo(1 << 20);
    assertThat(options.maxCachedValues()).isEqualTo(10_000);
    assertThat(options.maxPendingRequests()).isEqualTo(100_000);
  }

  // Ranges.

  private static void checkTime(
      String option,
      BiFunction<ClaspBuilder, Duration, ClaspBuilder> setter,
      Function<ClientOptions, Duration> getter,
      long minMillis,
      long maxMillis) {
    for (long good : new long[] {minMillis, maxMillis}) {
      Duration value = Duration.ofMillis(good);
      assertThat(getter.apply(setter.apply(builder(), value).options())).isEqualTo(value);
    }
    for (Duration bad :
        new Duration[] {
          Duration.ofMillis(minMillis).minusNanos(1), Duration.ofMillis(maxMillis).plusNanos(1)
        }) {
      assertThatThrownBy(() -> setter.apply(builder(), bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(option + " must be ")
          .hasMessageContaining(bad.toString());
    }
  }

  private static void checkNumber(
      String option,
      BiFunction<ClaspBuilder, Integer, ClaspBuilder> setter,
      Function<ClientOptions, Integer> getter,
      int min,
      int max) {
    for (int good : new int[] {min, max}) {
      assertThat(getter.apply(setter.apply(builder(), good).options())).isEqualTo(good);
    }
    for (int bad : new int[] {min - 1, max + 1}) {
      assertThatThrownBy(() -> setter.apply(builder(), bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(option + " must be ")
          .hasMessageContaining(Integer.toString(bad));
    }
  }

  @Test
  void checksTimes() {
    checkTime(
        "handshakeTimeout",
        ClaspBuilder::handshakeTimeout,
        ClientOptions::handshakeTimeout,
        1,
        600_000);
    checkTime(
        "requestTimeout", ClaspBuilder::requestTimeout, ClientOptions::requestTimeout, 1, 600_000);
    checkTime(
        "keepAliveInterval",
        ClaspBuilder::keepAliveInterval,
        ClientOptions::keepAliveInterval,
        100,
        300_000);
    checkTime("closeTimeout", ClaspBuilder::closeTimeout, ClientOptions::closeTimeout, 1, 600_000);
  }

  @Test
  void checksNumbers() {
    checkNumber(
        "messagesPerSecond",
        ClaspBuilder::messagesPerSecond,
        ClientOptions::messagesPerSecond,
        1,
        1_000_000);
    checkNumber(
        "dispatcherThreads",
        ClaspBuilder::dispatcherThreads,
        ClientOptions::dispatcherThreads,
        1,
        1_000);
    checkNumber(
        "maxQueuedUpdates",
        ClaspBuilder::maxQueuedUpdates,
        ClientOptions::maxQueuedUpdates,
        1,
        10_000_000);
    checkNumber(
        "maxOutboxBytes", ClaspBuilder::maxOutboxBytes, ClientOptions::maxOutboxBytes, 0, 1 << 30);
    checkNumber(
        "maxCachedValues",
        ClaspBuilder::maxCachedValues,
        ClientOptions::maxCachedValues,
        1,
        10_000_000);
    checkNumber(
        "maxPendingRequests",
        ClaspBuilder::maxPendingRequests,
        ClientOptions::maxPendingRequests,
        1,
        10_000_000);
  }

  // Name, token, features.

  @Test
  void keepsNameTokenFeaturesAndExecutor() {
    Executor executor = Runnable::run;
    ClientOptions options =
        builder()
            .name("stage")
            .token("cpsk_1")
            .features(Set.of(Feature.PARAM))
            .dispatcher(executor)
            .reconnect(false)
            .options();

    assertThat(options.name()).isEqualTo("stage");
    assertThat(options.token()).isEqualTo("cpsk_1");
    assertThat(options.features()).containsExactly(Feature.PARAM);
    assertThat(options.dispatcher()).isSameAs(executor);
    assertThat(options.connection().reconnect()).isFalse();
  }

  @Test
  void neverShowsTheToken() {
    ClientOptions options = builder().name("stage").token("cpsk_secret").options();

    assertThat(options.toString()).contains("stage").doesNotContain("cpsk_secret");
    assertThat(Session.hello(options).toString()).doesNotContain("cpsk_secret");
  }

  @Test
  void refusesAnEmptyName() {
    assertThatThrownBy(() -> builder().name(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name");
  }

  @Test
  void refusesANameOrTokenThatNoHelloCanCarry() {
    assertThatThrownBy(() -> builder().name("n".repeat(70_000)).connectAsync())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shorten");
    assertThatThrownBy(() -> builder().token("t".repeat(70_000)).connectAsync())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shorten");
    assertThatThrownBy(() -> builder().name("\ud800").connectAsync())
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Direct links.

  private static P2POptions p2p(ClaspBuilder builder) {
    return Objects.requireNonNull(builder.options().p2p());
  }

  @Test
  void theNameIsThePeerIdUnlessThereIsAnother() {
    P2POptions named = p2p(builder().name("stage").withP2P(true, true));
    assertThat(named.peerId()).isEqualTo("stage");
    assertThat(named.preferP2P()).isTrue();
    assertThat(named.fallbackToRouter()).isTrue();

    P2POptions other =
        p2p(builder().name("a/b").withP2P(P2POptions.builder().peerId("stage-2").build()));
    assertThat(other.peerId()).isEqualTo("stage-2");
  }

  @Test
  void keepsOtherOptionsWhenPreferencesAreSetLater() {
    P2POptions p2p =
        p2p(builder().withP2P(P2POptions.builder().peerId("me").build()).withP2P(false, true));

    assertThat(p2p.peerId()).isEqualTo("me");
    assertThat(p2p.preferP2P()).isFalse();
  }

  @Test
  void directLinksThatAreDisabledAreOff() {
    assertThat(builder().withP2P(P2POptions.builder().enabled(false).build()).options().p2p())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a*", "/"})
  void refusesANameThatIsNoPeerId(String name) {
    assertThatThrownBy(() -> builder().name(name).withP2P(true, true).connectAsync())
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("\"" + name + "\" is no peer id");
  }

  @Test
  void aTransportOfOnesOwnExcludesDirectLinks() {
    for (ClaspBuilder both :
        new ClaspBuilder[] {
          builder().transport(new ScriptedTransport()).withP2P(true, true),
          builder().transport(context -> new ScriptedTransport()).withP2P(true, true)
        }) {
      assertThatThrownBy(both::connectAsync)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("exclude each other");
    }
  }

  @Test
  void theLastTransportCounts() {
    ScriptedTransport given = new ScriptedTransport();

    ClientOptions factory = builder().transport(given).transport(context -> given).options();
    ClientOptions object = builder().transport(context -> given).transport(given).options();

    assertThat(factory.transport()).isNull();
    assertThat(factory.transportFactory()).isNotNull();
    assertThat(object.transport()).isSameAs(given);
    assertThat(object.transportFactory()).isNull();
  }
}

package to.clasp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import java.net.Proxy;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

class ConnectionOptionsTest {

  @Test
  void hasTheDocumentedDefaults() {
    ConnectionOptions options = ConnectionOptions.DEFAULTS;

    assertThat(options.connectTimeout()).hasSeconds(10);
    assertThat(options.pingInterval()).hasSeconds(15);
    assertThat(options.drainTimeout()).hasSeconds(2);
    assertThat(options.reconnect()).isTrue();
    assertThat(options.maxReconnectAttempts()).isZero();
    assertThat(options.backoff()).isEqualTo(Backoff.DEFAULT);
    assertThat(options.sendBufferBytes()).isEqualTo(1 << 20);
    assertThat(options.receiveBufferBytes()).isEqualTo(4 << 20);
    assertThat(options.headers()).isEmpty();
    assertThat(options.proxy()).isNull();
    assertThat(options.tls()).isNull();
  }

  @Test
  void checksEveryRange() {
    ConnectionOptions.Builder builder = ConnectionOptions.builder();
    OptionRange.checkTime(
        "connectTimeout",
        builder,
        ConnectionOptions.Builder::connectTimeout,
        ConnectionOptions.Builder::build,
        ConnectionOptions::connectTimeout,
        1L,
        600_000L);
    OptionRange.checkTime(
        "pingInterval",
        builder,
        ConnectionOptions.Builder::pingInterval,
        ConnectionOptions.Builder::build,
        ConnectionOptions::pingInterval,
        0L,
        600_000L);
    OptionRange.checkTime(
        "drainTimeout",
        builder,
        ConnectionOptions.Builder::drainTimeout,
        ConnectionOptions.Builder::build,
        ConnectionOptions::drainTimeout,
        0L,
        600_000L);
    OptionRange.checkNumber(
        "maxReconnectAttempts",
        builder,
        ConnectionOptions.Builder::maxReconnectAttempts,
        ConnectionOptions.Builder::build,
        ConnectionOptions::maxReconnectAttempts,
        0,
        Integer.MAX_VALUE);
    OptionRange.checkNumber(
        "sendBufferBytes",
        builder,
        ConnectionOptions.Builder::sendBufferBytes,
        ConnectionOptions.Builder::build,
        ConnectionOptions::sendBufferBytes,
        65_547,
        8 << 20);
    OptionRange.checkNumber(
        "receiveBufferBytes",
        builder,
        ConnectionOptions.Builder::receiveBufferBytes,
        ConnectionOptions.Builder::build,
        ConnectionOptions::receiveBufferBytes,
        65_547,
        1 << 30);
  }

  @Test
  void keepsEverythingWhenItIsChangedThroughABuilder() {
    var tls = new ConnectionOptions.Tls(mock(SSLSocketFactory.class), mock(X509TrustManager.class));
    ConnectionOptions options =
        ConnectionOptions.builder()
            .connectTimeout(Duration.ofSeconds(1))
            .pingInterval(Duration.ofSeconds(2))
            .drainTimeout(Duration.ofSeconds(3))
            .reconnect(false)
            .maxReconnectAttempts(4)
            .backoff(new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, 0))
            .sendBufferBytes(100_000)
            .receiveBufferBytes(200_000)
            .header("Authorization", "Bearer x")
            .proxy(Proxy.NO_PROXY)
            .tls(tls)
            .build();

    assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
    assertThat(options.headers()).isEqualTo(Map.of("Authorization", "Bearer x"));
    assertThat(options.tls()).isSameAs(tls);
  }

  @Test
  void isNotChangedByItsBuilderLater() {
    ConnectionOptions.Builder builder = ConnectionOptions.builder();
    ConnectionOptions options = builder.build();

    builder.header("a", "b").reconnect(false);

    assertThat(options.headers()).isEmpty();
    assertThat(options.reconnect()).isTrue();
    assertThatThrownBy(() -> options.headers().put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}

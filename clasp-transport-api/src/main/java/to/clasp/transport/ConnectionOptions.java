package to.clasp.transport;

import java.net.Proxy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** How a transport connects to a router. Immutable; made by {@link #builder()}. */
public final class ConnectionOptions {

  /** All defaults. */
  public static final ConnectionOptions DEFAULTS = builder().build();

  /**
   * How to prove who we are and whom we trust, for {@code wss}.
   *
   * @param socketFactory makes TLS sockets, with a client certificate if one is wanted
   * @param trustManager decides which server certificates are good; the one inside the factory
   */
  public record Tls(SSLSocketFactory socketFactory, X509TrustManager trustManager) {
    /** Checks that both are there. */
    public Tls {
      Objects.requireNonNull(socketFactory, "socketFactory");
      Objects.requireNonNull(trustManager, "trustManager");
    }
  }

  private final Duration connectTimeout;
  private final Duration pingInterval;
  private final Duration drainTimeout;
  private final boolean reconnect;
  private final int maxReconnectAttempts;
  private final Backoff backoff;
  private final int sendBufferBytes;
  private final int receiveBufferBytes;
  private final Map<String, String> headers;
  private final @Nullable Proxy proxy;
  private final @Nullable Tls tls;

  private ConnectionOptions(Builder builder) {
    connectTimeout = builder.connectTimeout;
    pingInterval = builder.pingInterval;
    drainTimeout = builder.drainTimeout;
    reconnect = builder.reconnect;
    maxReconnectAttempts = builder.maxReconnectAttempts;
    backoff = builder.backoff;
    sendBufferBytes = builder.sendBufferBytes;
    receiveBufferBytes = builder.receiveBufferBytes;
    headers = Map.copyOf(builder.headers);
    proxy = builder.proxy;
    tls = builder.tls;
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
   * Starts with these options.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.connectTimeout = connectTimeout;
    builder.pingInterval = pingInterval;
    builder.drainTimeout = drainTimeout;
    builder.reconnect = reconnect;
    builder.maxReconnectAttempts = maxReconnectAttempts;
    builder.backoff = backoff;
    builder.sendBufferBytes = sendBufferBytes;
    builder.receiveBufferBytes = receiveBufferBytes;
    builder.headers.putAll(headers);
    builder.proxy = proxy;
    builder.tls = tls;
    return builder;
  }

  /**
   * Returns how long one attempt to connect may take, TLS and upgrade included.
   *
   * @return a positive time
   */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * Returns the interval of WebSocket pings; a connection whose ping stays unanswered for one
   * interval is lost.
   *
   * @return the interval; zero turns pings off
   */
  public Duration pingInterval() {
    return pingInterval;
  }

  /**
   * Returns how long {@link Transport#close} waits for accepted frames to leave.
   *
   * @return zero or a positive time
   */
  public Duration drainTimeout() {
    return drainTimeout;
  }

  /**
   * Tells whether a lost connection is made again.
   *
   * @return true if so
   */
  public boolean reconnect() {
    return reconnect;
  }

  /**
   * Returns how many attempts in a row may fail before the transport closes for good.
   *
   * @return 0 for no end, else at least 1
   */
  public int maxReconnectAttempts() {
    return maxReconnectAttempts;
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
   * Returns how many accepted bytes may wait to be sent.
   *
   * @return the bound, in bytes
   */
  public int sendBufferBytes() {
    return sendBufferBytes;
  }

  /**
   * Returns how many received bytes may wait for the listener.
   *
   * @return the bound, in bytes
   */
  public int receiveBufferBytes() {
    return receiveBufferBytes;
  }

  /**
   * Returns extra headers of the upgrade request.
   *
   * @return names and values
   */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * Returns the proxy.
   *
   * @return the proxy, or null to ask the system's proxy selector
   */
  public @Nullable Proxy proxy() {
    return proxy;
  }

  /**
   * Returns the TLS set-up.
   *
   * @return it, or null for the platform's trust store and no client certificate
   */
  public @Nullable Tls tls() {
    return tls;
  }

  /** Builds options. Not safe for use by several threads at once. */
  public static final class Builder {
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration pingInterval = Duration.ofSeconds(15);
    private Duration drainTimeout = Duration.ofSeconds(2);
    private boolean reconnect = true;
    private int maxReconnectAttempts;
    private Backoff backoff = Backoff.DEFAULT;
    private int sendBufferBytes = 1 << 20;
    private int receiveBufferBytes = 4 << 20;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private @Nullable Proxy proxy;
    private @Nullable Tls tls;

    private Builder() {}

    /**
     * Sets how long one attempt to connect may take. Default 10 s.
     *
     * @param timeout 1 ms to 10 min
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder connectTimeout(Duration timeout) {
      connectTimeout = Ranges.duration("connectTimeout", timeout, 1, 600_000);
      return this;
    }

    /**
     * Sets the interval of WebSocket pings. Default 15 s.
     *
     * @param interval 0 (no pings) to 10 min
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder pingInterval(Duration interval) {
      pingInterval = Ranges.duration("pingInterval", interval, 0, 600_000);
      return this;
    }

    /**
     * Sets how long closing waits for accepted frames to leave. Default 2 s.
     *
     * @param timeout 0 to 10 min
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public Builder drainTimeout(Duration timeout) {
      drainTimeout = Ranges.duration("drainTimeout", timeout, 0, 600_000);
      return this;
    }

    /**
     * Sets whether a lost connection is made again. Default true.
     *
     * @param reconnect false to close for good at the first loss
     * @return this
     */
    public Builder reconnect(boolean reconnect) {
      this.reconnect = reconnect;
      return this;
    }

    /**
     * Sets how many attempts in a row may fail. Default 0, without end.
     *
     * @param attempts 0 for no end, else how many
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public Builder maxReconnectAttempts(int attempts) {
      maxReconnectAttempts = Ranges.atLeast("maxReconnectAttempts", attempts, 0);
      return this;
    }

    /**
     * Sets the back-off. Default {@link Backoff#DEFAULT}.
     *
     * @param backoff how waiting times grow
     * @return this
     */
    public Builder backoff(Backoff backoff) {
      this.backoff = Objects.requireNonNull(backoff, "backoff");
      return this;
    }

    /**
     * Sets how many accepted bytes may wait to be sent. Default 1 MiB.
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
     * Sets how many received bytes may wait for the listener. Default 4 MiB.
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
     * Adds a header to the upgrade request. Default none.
     *
     * @param name header name
     * @param value header value
     * @return this
     */
    public Builder header(String name, String value) {
      headers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Sets the proxy. Default: what the system's proxy selector says.
     *
     * @param proxy a proxy, or {@link Proxy#NO_PROXY}
     * @return this
     */
    public Builder proxy(Proxy proxy) {
      this.proxy = Objects.requireNonNull(proxy, "proxy");
      return this;
    }

    /**
     * Sets trust and client certificate for {@code wss}. Default: the platform's trust store.
     *
     * @param tls the TLS set-up
     * @return this
     */
    public Builder tls(Tls tls) {
      this.tls = Objects.requireNonNull(tls, "tls");
      return this;
    }

    /**
     * Builds the options.
     *
     * @return immutable options
     */
    public ConnectionOptions build() {
      return new ConnectionOptions(this);
    }
  }
}

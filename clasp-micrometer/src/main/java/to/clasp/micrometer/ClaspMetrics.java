package to.clasp.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import to.clasp.client.Clasp;
import to.clasp.client.ClientState;
import to.clasp.transport.Path;
import to.clasp.transport.TransportStats;
import to.clasp.transport.peer.BreakerState;
import to.clasp.transport.peer.CandidatePair;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerSnapshot;
import to.clasp.transport.peer.PeerState;

/**
 * Binds the metrics of a client to a registry. {@link ClaspMetric} has their names; the tags are
 * {@code state}, {@code role}, {@code code} and {@code path}, each of a closed set, and those given
 * here. No peer ids are tags, for there is no end of them.
 *
 * <p>Meters hold the client weakly: when it is gone, counters keep their last value and gauges are
 * not a number. Bind each client once, with a tag that tells it from others of the same registry.
 */
public final class ClaspMetrics implements MeterBinder {

  private final Clasp client;
  private final Tags tags;

  /**
   * Makes a binder.
   *
   * @param client whose metrics
   * @param tags added to each meter, such as the client's name
   */
  public ClaspMetrics(Clasp client, Iterable<Tag> tags) {
    this.client = Objects.requireNonNull(client, "client");
    this.tags = Tags.of(tags);
  }

  /**
   * Makes a binder without further tags.
   *
   * @param client whose metrics
   */
  public ClaspMetrics(Clasp client) {
    this(client, List.of());
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    count(registry, ClaspMetric.FRAMES_SENT, TransportStats::framesSent);
    count(registry, ClaspMetric.FRAMES_RECEIVED, TransportStats::framesReceived);
    count(registry, ClaspMetric.FRAMES_DROPPED, TransportStats::framesDropped);
    count(registry, ClaspMetric.BYTES_SENT, TransportStats::bytesSent);
    count(registry, ClaspMetric.BYTES_RECEIVED, TransportStats::bytesReceived);
    count(registry, ClaspMetric.ROUTER_CONNECTS, TransportStats::connects);
    count(registry, ClaspMetric.LISTENER_FAILURES, TransportStats::listenerFailures);
    gauge(registry, ClaspMetric.QUEUED_BYTES, tags, clasp -> clasp.stats().queuedBytes());
    gauge(
        registry,
        ClaspMetric.CONNECTED,
        tags,
        clasp -> clasp.state() == ClientState.CONNECTED ? 1 : 0);
    for (PeerState state : PeerState.values()) {
      gauge(
          registry,
          ClaspMetric.PEERS,
          tags.and("state", lower(state)),
          peers(peer -> peer.state() == state));
    }
    gauge(registry, ClaspMetric.PEERS_DIRECT, tags, peers(peer -> peer.path() == Path.P2P));
    gauge(registry, ClaspMetric.PEERS_RELAYED, tags, peers(ClaspMetrics::isRelayed));
    gauge(
        registry,
        ClaspMetric.BREAKERS_OPEN,
        tags,
        peers(peer -> peer.breaker() == BreakerState.OPEN));
    gauge(registry, ClaspMetric.ROUND_TRIP_MAX, tags, ClaspMetrics::longestRoundTrip);
    client.onPeerEvent(new Events(registry, tags)::count);
  }

  private void count(
      MeterRegistry registry, ClaspMetric metric, ToDoubleFunction<TransportStats> value) {
    FunctionCounter.builder(
            metric.metricName(), client, clasp -> value.applyAsDouble(clasp.stats()))
        .description(metric.description())
        .baseUnit(metric.unit())
        .tags(tags)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, ClaspMetric metric, Tags tags, ToDoubleFunction<Clasp> value) {
    Gauge.builder(metric.metricName(), client, value)
        .description(metric.description())
        .baseUnit(metric.unit())
        .tags(tags)
        .register(registry);
  }

  private static ToDoubleFunction<Clasp> peers(Predicate<PeerSnapshot> counted) {
    return clasp -> clasp.peers().stream().filter(counted).count();
  }

  private static boolean isRelayed(PeerSnapshot peer) {
    CandidatePair pair = peer.candidatePair();
    return pair != null && pair.relayed();
  }

  private static double longestRoundTrip(Clasp clasp) {
    return clasp.peers().stream()
            .map(PeerSnapshot::roundTrip)
            .filter(Objects::nonNull)
            .mapToLong(Duration::toNanos)
            .max()
            .orElse(0)
        / 1e9;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Counts what is told once and not kept. */
  private record Events(MeterRegistry registry, Tags tags) {

    void count(PeerEvent event) {
      if (event instanceof PeerEvent.Connecting connecting) {
        add(ClaspMetric.LINK_ATTEMPTS, 1, "role", lower(connecting.role()));
      } else if (event instanceof PeerEvent.Connected) {
        add(ClaspMetric.LINK_CONNECTS, 1);
      } else if (event instanceof PeerEvent.Renewed) {
        add(ClaspMetric.LINK_RENEWALS, 1);
      } else if (event instanceof PeerEvent.Failed failed) {
        add(ClaspMetric.LINK_ENDS, 1, "code", lower(failed.reason().code()));
      } else if (event instanceof PeerEvent.Closed closed) {
        add(ClaspMetric.LINK_ENDS, 1, "code", lower(closed.reason().code()));
      } else if (event instanceof PeerEvent.PathChanged changed) {
        Path to = changed.to();
        add(ClaspMetric.PATH_CHANGES, 1, "path", to == null ? "none" : lower(to));
      } else if (event instanceof PeerEvent.Undelivered lost) {
        add(ClaspMetric.UNDELIVERED, (double) lost.frames());
      } else if (event instanceof PeerEvent.Missing missing) {
        add(ClaspMetric.MISSING, (double) missing.frames());
      }
    }

    private void add(ClaspMetric metric, double amount, String... more) {
      Counter.builder(metric.metricName())
          .description(metric.description())
          .baseUnit(metric.unit())
          .tags(tags.and(more))
          .register(registry)
          .increment(amount);
    }
  }
}

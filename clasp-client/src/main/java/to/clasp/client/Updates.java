package to.clasp.client;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Revisions.Kind;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.FrameSource;
import to.clasp.transport.loop.EventLoop;

/**
 * Turns messages that carry data into updates: for the cache, and for the subscriptions that want
 * them. Confined to the loop.
 */
final class Updates {

  private final EventLoop loop;
  private final ValueCache cache;
  private final Subscriptions subscriptions;
  private final Copies copies;
  private final LongSupplier routerMicros;

  /** What is known of copies that the router keeps of what peers have written. */
  interface Copies {
    /** See {@link to.clasp.transport.peer.PeerAwareTransport#isStoredCopy}. */
    boolean isStoredCopy(String address, Value value);
  }

  Updates(
      EventLoop loop,
      ValueCache cache,
      Subscriptions subscriptions,
      Copies copies,
      LongSupplier routerMicros) {
    this.loop = loop;
    this.cache = cache;
    this.subscriptions = subscriptions;
    this.copies = copies;
    this.routerMicros = routerMicros;
  }

  /** Revisions start anew with a session. */
  void newSession() {
    cache.newSession();
    subscriptions.newSession();
  }

  void onSet(SetMessage set, FrameSource source) {
    String address = set.address();
    Value value = set.value();
    long now = loop.nanoTime();
    // In a peer's message the revision is the one that it expected, if any, and means nothing here.
    Long revision = source.peerId() == null ? set.revision() : null;
    if (source.peerId() != null) {
      cache.fromPeer(address, value, now);
    } else {
      cache.writtenByRouter(address);
      if (revision == null) {
        cache.put(address, value, now);
      } else {
        cache.fromRouter(address, value, revision, Kind.LIVE, now);
      }
    }
    List<ActiveSubscription> wanting = subscriptions.matching(address);
    if (!wanting.isEmpty()) {
      Subscriptions.dispatch(
          wanting,
          new Update(address, value, SignalType.PARAM, source, revision, null, null, null),
          Kind.LIVE);
    }
  }

  /** What this client has set itself, once the router has acknowledged it. */
  void onAcknowledged(SetMessage set, long revision) {
    cache.fromRouter(set.address(), set.value(), revision, Kind.LIVE, loop.nanoTime());
  }

  void onPublish(PublishMessage publish, FrameSource source) {
    List<ActiveSubscription> wanting = subscriptions.matching(publish.address());
    if (wanting.isEmpty()) {
      return;
    }
    GesturePhase phase = publish.signal() == SignalType.GESTURE ? publish.phase() : null;
    Subscriptions.dispatch(
        wanting,
        new Update(
            publish.address(),
            valueOf(publish),
            publish.signal(),
            source,
            null,
            publish.timestamp(),
            publish.id(),
            phase),
        Kind.LIVE);
  }

  static Value valueOf(PublishMessage publish) {
    Value value = publish.value();
    if (value != null) {
      return value;
    }
    List<Double> samples = publish.samples();
    return samples == null ? Value.Null.INSTANCE : Value.of(samples);
  }

  /** A parameter as the router's store has it. */
  void onStored(ParamState param) {
    ValueCache.Direct newer =
        cache.newerThan(
            param.address(),
            param.timestamp(),
            copies.isStoredCopy(param.address(), param.value()),
            this::routerMicrosAt);
    if (newer == null) {
      cache.fromRouter(
          param.address(), param.value(), param.revision(), Kind.SNAPSHOT, loop.nanoTime());
      subscriptions.dispatch(stored(param, param.value()), Kind.SNAPSHOT);
    } else {
      subscriptions.dispatchToNew(stored(param, newer.value()), newer.at());
    }
  }

  private static Update stored(ParamState param, Value value) {
    return new Update(
        param.address(),
        value,
        SignalType.PARAM,
        FrameSource.ROUTER,
        param.revision(),
        param.timestamp(),
        null,
        null);
  }

  /** A time of the loop's clock, on the router's clock. */
  private long routerMicrosAt(long nanos) {
    return routerMicros.getAsLong() - TimeUnit.NANOSECONDS.toMicros(loop.nanoTime() - nanos);
  }

  @Nullable Value cached(String address) {
    return cache.get(address);
  }
}

package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import to.clasp.client.ClaspException.Code;
import to.clasp.client.Requests.Repeat;
import to.clasp.core.address.AddressPattern;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Feature;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.loop.ManualEventLoop;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.spi.TransportProvider;
import to.clasp.transport.spi.TransportProviders;

/**
 * The inside of a client on a clock that stands still, with a router played by the test. Callbacks
 * run on the loop too, so that everything happens when the test says so.
 */
final class CoreFixture {

  static final String SESSION = "00000000-0000-4000-8000-000000000001";
  static final String SELF_SIGNAL = "/clasp/p2p/signal/" + SESSION;

  final ManualEventLoop loop = new ManualEventLoop();
  final RecordingClientListener listener = new RecordingClientListener();
  final ScriptedTransport router;
  final ClientOptions options;
  final ClientCore core;
  private int subscriptions;

  private CoreFixture(
      ScriptedTransport router, boolean paced, UnaryOperator<ClaspBuilder> configure) {
    this.router = router;
    ClaspBuilder builder = Clasp.builder("ws://router.test:7330").name("tester");
    if (!paced) {
      builder.transport(context -> router);
    }
    options = configure.apply(builder.dispatcher(loop).listener(listener)).options();
    SplittableRandom random = new SplittableRandom(7);
    TransportProviders providers = TransportProviders.none();
    providers.register(new Provider(router));
    Wiring wiring = Wiring.create(options, providers, new TransportContext(loop, random));
    Dispatcher dispatcher =
        new Dispatcher(
            options.name(), options.dispatcher(), options.dispatcherThreads(), options.listener());
    core = new ClientCore(options, wiring, loop, random, dispatcher);
  }

  /** A client on a transport that takes everything at once. */
  static CoreFixture direct() {
    return direct(builder -> builder);
  }

  static CoreFixture direct(UnaryOperator<ClaspBuilder> configure) {
    return new CoreFixture(new ScriptedTransport(), false, configure).started();
  }

  /** A client on a transport that is paced, as those that it makes itself. */
  static CoreFixture paced(UnaryOperator<ClaspBuilder> configure) {
    return new CoreFixture(new ScriptedTransport(), true, configure).started();
  }

  /** A client called {@code me} on a transport that has peers. */
  static CoreFixture withPeers(UnaryOperator<ClaspBuilder> configure) {
    return new CoreFixture(new ScriptedTransport.WithPeers("me"), false, configure).started();
  }

  private CoreFixture started() {
    core.start();
    loop.runPending();
    return this;
  }

  ScriptedTransport.WithPeers peers() {
    return (ScriptedTransport.WithPeers) router;
  }

  /** Connects, and lets the router open a session. What was sent for it is forgotten. */
  CoreFixture ready() {
    connect(SESSION);
    router.forget();
    return this;
  }

  void connect(String session) {
    router.open();
    loop.runPending();
    welcome(session);
  }

  void welcome(String session) {
    receive(
        new WelcomeMessage(
            1, Set.of(Feature.PARAM), loop.now().toEpochMilli() * 1_000, session, "router", null));
  }

  void receive(Message message) {
    router.receive(message);
    loop.runPending();
  }

  void receiveFrom(String peer, Message message) {
    peers().receiveFrom(peer, message);
    loop.runPending();
  }

  void interrupt() {
    router.interrupt();
    loop.runPending();
  }

  void advance(long millis) {
    loop.advance(Duration.ofMillis(millis));
  }

  // What an application does.

  CompletableFuture<Delivery> set(String address, Object value) {
    return core.sendForAck(
        Frame.of(SetMessage.of(address, Value.of(value))), address, Repeat.IF_NEWEST);
  }

  CompletableFuture<Delivery> emit(String address, Object value) {
    return core.send(event(address, value));
  }

  /** Emits without waiting for what becomes of it. */
  void fire(String address, Object value) {
    CompletableFuture<Delivery> emitted = emit(address, value);
    assertThat(emitted.isCompletedExceptionally()).isFalse();
  }

  CompletableFuture<Delivery> stream(String address, Object value) {
    return core.send(Frame.of(PublishMessage.of(address, SignalType.STREAM, Value.of(value))));
  }

  CompletableFuture<Value> get(String address) {
    return core.get(Frame.of(new GetMessage(address)), address);
  }

  CompletableFuture<List<SignalDefinition>> query(String pattern) {
    return core.query(Frame.of(new QueryMessage(pattern)), pattern);
  }

  /** What a subscription has heard. */
  static final class Heard implements UpdateHandler {
    final List<Update> updates = new ArrayList<>();
    @Nullable ActiveSubscription subscription;

    @Override
    public void onUpdate(Update update) {
      updates.add(update);
    }

    List<@Nullable Object> values() {
      return updates.stream().<@Nullable Object>map(update -> update.value().toJava()).toList();
    }
  }

  Heard on(String pattern) {
    return on(pattern, SubscribeOptions.DEFAULTS);
  }

  Heard on(String pattern, SubscribeOptions wanted) {
    Heard heard = new Heard();
    heard.subscription = core.subscribe(AddressPattern.parse(pattern), wanted, heard);
    subscriptions++;
    loop.runPending();
    return heard;
  }

  int subscriptions() {
    return subscriptions;
  }

  // Messages.

  static Frame event(String address, Object value) {
    return Frame.of(PublishMessage.of(address, SignalType.EVENT, Value.of(value)));
  }

  static SetMessage update(String address, Object value, long revision) {
    return new SetMessage(address, Value.of(value), revision, false, false, null);
  }

  static SnapshotMessage snapshot(String address, Object value, long revision) {
    return new SnapshotMessage(
        List.of(new ParamState(address, Value.of(value), revision, "w", 1L)));
  }

  static AckMessage ack(@Nullable String address, @Nullable Long revision) {
    return new AckMessage(address, revision, null, null, null);
  }

  static ErrorMessage error(int code, String text, @Nullable String address) {
    return new ErrorMessage(code, text, address, null);
  }

  static ErrorMessage rateLimitExceeded() {
    return error(429, "Rate limit exceeded: 1000 messages/second", null);
  }

  // Results.

  /** The code that a future has failed with. */
  static Code failureOf(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    try {
      future.join();
      throw new AssertionError("it has not failed");
    } catch (CompletionException e) {
      if (e.getCause() instanceof ClaspException failure) {
        return failure.code();
      }
      throw new AssertionError("no ClaspException", e.getCause());
    }
  }

  private record Provider(ScriptedTransport router) implements TransportProvider {

    @Override
    public String name() {
      return "scripted";
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
      return router;
    }
  }
}

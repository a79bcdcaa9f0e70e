package to.clasp.router.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameDecoder;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.router.options.RouterOptions;
import to.clasp.router.session.Connection;
import to.clasp.router.session.Wire;
import to.clasp.testkit.loop.ManualEventLoop;

/** An engine on a loop whose time stands still, and clients without sockets. */
final class EngineFixture {

  final ManualEventLoop loop = new ManualEventLoop();
  final RouterEngine engine;

  EngineFixture(RouterOptions options) {
    this(options, null, new SplittableRandom(1));
  }

  /** With a wall clock of its own, if one is given. */
  EngineFixture(RouterOptions options, @Nullable InstantSource clock, RandomGenerator random) {
    engine = new RouterEngine(options, loop, clock == null ? loop::now : clock, random);
    engine.start();
    loop.runPending();
  }

  void advance(Duration time) {
    loop.advance(time);
    loop.assertNoFailures();
  }

  /** A client that has not said anything. */
  Client connect() {
    return new Client();
  }

  /** A client with a session, whose first snapshot has been taken. */
  Client join(String name) {
    return join(name, null);
  }

  Client join(String name, @Nullable String token) {
    Client client = connect();
    client.send(new HelloMessage(1, Set.of(), name, token));
    client.session = client.next(WelcomeMessage.class).session();
    while (!client.received.isEmpty()) {
      client.next(SnapshotMessage.class);
    }
    return client;
  }

  final class Client implements Wire {

    final ArrayDeque<byte[]> received = new ArrayDeque<>();
    final List<String> ends = new ArrayList<>();
    final Connection connection;
    String session = "";
    int consumed;

    /** When set, frames are not taken until it is run. */
    private boolean stalled;

    private @Nullable Runnable pendingDone;

    private Client() {
      connection = engine.connect(this);
      loop.runPending();
    }

    @Override
    public void send(List<byte[]> frames, Runnable done) {
      received.addAll(frames);
      if (stalled) {
        assertThat(pendingDone).as("sends at once").isNull();
        pendingDone = done;
      } else {
        done.run();
      }
    }

    @Override
    public void consumed(int bytes) {
      consumed++;
    }

    @Override
    public void close(int status, String reason) {
      ends.add("close " + status);
    }

    @Override
    public void abort() {
      ends.add("abort");
    }

    /** Takes one more batch and then nothing, until {@link #read}. */
    void stopReading() {
      stalled = true;
    }

    void read() {
      stalled = false;
      Runnable done = pendingDone;
      pendingDone = null;
      if (done != null) {
        done.run();
      }
      loop.runPending();
    }

    void disconnect() {
      engine.closed(connection);
      loop.runPending();
    }

    void send(Message message) {
      send(Frame.of(message).toByteArray());
    }

    void send(byte[] message) {
      engine.received(connection, message);
      loop.runPending();
      loop.assertNoFailures();
    }

    Message next() {
      byte[] frame = received.poll();
      assertThat(frame).as("next message").isNotNull();
      return FrameDecoder.decode(frame);
    }

    <T extends Message> T next(Class<T> type) {
      Message message = next();
      assertThat(message).isInstanceOf(type);
      return type.cast(message);
    }

    List<Message> all() {
      List<Message> all = received.stream().map(FrameDecoder::decode).toList();
      received.clear();
      return all;
    }

    void assertNothing() {
      assertThat(all()).isEmpty();
    }

    void assertAnswersPing() {
      send(new PingMessage());
      next(PongMessage.class);
      assertNothing();
    }
  }
}

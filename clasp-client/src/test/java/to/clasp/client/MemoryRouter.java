package to.clasp.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Feature;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QueryMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.memory.InMemoryNetwork;
import to.clasp.testkit.memory.InMemoryTransport;
import to.clasp.testkit.record.Recorder;
import to.clasp.transport.CloseReason;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.spi.TransportContext;

/**
 * As much of a router as the client's own tests need, in this JVM: it answers, keeps values, and
 * passes everything on to everyone.
 */
final class MemoryRouter implements AutoCloseable {

  private static final String NAME = "router";

  private final InMemoryNetwork network = new InMemoryNetwork();
  private final ThreadEventLoop loop = ThreadEventLoop.start("memory-router");
  private final Recorder<Message> received = new Recorder<>();
  private final AutoCloseable listening;

  private volatile boolean silent;
  private volatile @Nullable ErrorMessage refusal;

  // The loop only.
  private final List<Connection> connections = new ArrayList<>();
  private final Map<String, ParamState> values = new HashMap<>();

  MemoryRouter() {
    listening =
        network.listen(
            NAME,
            new TransportContext(loop, new SplittableRandom(7)),
            ConnectionOptions.DEFAULTS,
            transport -> transport.start(new Connection(transport)));
  }

  /** A client of this router that is to be configured and connected. */
  ClaspBuilder client() {
    return Clasp.builder("memory://router").transport(this::transport);
  }

  Transport transport(TransportContext context) {
    return network.connectTo(NAME, ConnectionOptions.DEFAULTS, context);
  }

  Recorder<Message> received() {
    return received;
  }

  /** Answers nothing any more, or goes on. */
  void silent(boolean on) {
    silent = on;
  }

  /** Answers HELLO with this, or with a session when null. */
  void refuse(@Nullable ErrorMessage error) {
    refusal = error;
  }

  void loseConnections() {
    onLoop(() -> connections.forEach(connection -> connection.transport.loseConnection()));
  }

  /** Sends to all clients. */
  void send(Message message) {
    onLoop(() -> connections.forEach(connection -> connection.send(message)));
  }

  private void onLoop(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          task.run();
          done.complete(null);
        });
    done.join();
  }

  @Override
  public void close() {
    try {
      listening.close();
      loseConnections();
      loop.close();
      loop.awaitStopped(Duration.ofSeconds(20));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private final class Connection implements TransportListener {
    private final InMemoryTransport transport;

    Connection(InMemoryTransport transport) {
      this.transport = transport;
    }

    @Override
    public void onOpen() {
      connections.add(this);
    }

    @Override
    public void onClosed(CloseReason reason) {
      connections.remove(this);
    }

    @Override
    public void onFrame(Frame frame, FrameSource source) {
      Message message = frame.message();
      received.record(message);
      if (!silent) {
        answer(message);
      }
    }

    private void answer(Message message) {
      if (message instanceof HelloMessage hello) {
        ErrorMessage error = refusal;
        send(
            error != null
                ? error
                : new WelcomeMessage(
                    1,
                    Set.of(Feature.PARAM),
                    System.currentTimeMillis() * 1_000,
                    UUID.randomUUID().toString(),
                    "memory for " + hello.name(),
                    null));
      } else if (message instanceof SetMessage set) {
        store(set);
        send(new AckMessage(set.address(), revision(set.address()), null, null, null));
      } else if (message instanceof PublishMessage) {
        connections.forEach(connection -> connection.send(message));
      } else if (message instanceof BundleMessage) {
        send(new AckMessage(null, null, null, null, null));
      } else if (message instanceof GetMessage get && values.containsKey(get.address())) {
        send(new SnapshotMessage(List.of(values.get(get.address()))));
      } else if (message instanceof QueryMessage) {
        send(new ResultMessage(List.of()));
      }
    }

    private void store(SetMessage set) {
      long revision = revision(set.address()) + 1;
      values.put(
          set.address(), new ParamState(set.address(), set.value(), revision, "someone", 1L));
      Value value = set.value();
      connections.forEach(
          connection ->
              connection.send(new SetMessage(set.address(), value, revision, false, false, null)));
    }

    private long revision(String address) {
      ParamState known = values.get(address);
      return known == null ? 0 : known.revision();
    }

    private void send(Message message) {
      if (!transport.send(Frame.of(message)).isAccepted()) {
        throw new AssertionError("no room for " + message);
      }
    }
  }
}

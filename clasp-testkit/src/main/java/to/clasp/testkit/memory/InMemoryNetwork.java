package to.clasp.testkit.memory;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.codec.FrameFormat;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Ranges;
import to.clasp.transport.spi.TransportContext;

/**
 * A network of names within one JVM: servers listen under a name, and each transport that connects
 * to it gets a counterpart on the server's side. Safe for use by any thread.
 */
public final class InMemoryNetwork {

  private static final Logger LOG = LoggerFactory.getLogger(InMemoryNetwork.class);

  private final int maxFrameSize;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<String, Server> servers = new HashMap<>();

  /** Makes a network that carries the largest frames of the protocol. */
  public InMemoryNetwork() {
    this(FrameFormat.MAX_FRAME_BYTES);
  }

  /**
   * Makes a network that carries small frames only.
   *
   * @param maxFrameSize the largest frame, in bytes, 16 to 65 547
   */
  public InMemoryNetwork(int maxFrameSize) {
    this.maxFrameSize =
        Ranges.between("maxFrameSize", maxFrameSize, 16, FrameFormat.MAX_FRAME_BYTES);
  }

  /**
   * Listens under a name.
   *
   * @param name the name, as in {@code memory://name}
   * @param context loop and randomness of the server's transports
   * @param options of the server's transports; they never reconnect
   * @param accept gets a transport for each connection, on the server's loop, and starts it, now or
   *     later, to let the other side be connected, or closes it to refuse
   * @return ends listening when closed; connections stay
   * @throws IllegalStateException if someone listens under this name already
   */
  public AutoCloseable listen(
      String name,
      TransportContext context,
      ConnectionOptions options,
      Consumer<InMemoryTransport> accept) {
    Server server = new Server(name, context, options, accept);
    lock.lock();
    try {
      if (servers.putIfAbsent(name, server) != null) {
        throw new IllegalStateException("someone listens under \"" + name + "\" already");
      }
    } finally {
      lock.unlock();
    }
    return () -> {
      lock.lock();
      try {
        servers.remove(name, server);
      } finally {
        lock.unlock();
      }
    };
  }

  /**
   * Makes a transport that connects to a name. It connects again when the connection is lost, as
   * the options say.
   *
   * @param name the name of a server, which need not listen yet
   * @param options how
   * @param context loop and randomness
   * @return a transport that has not been started
   */
  public InMemoryTransport connectTo(
      String name, ConnectionOptions options, TransportContext context) {
    Objects.requireNonNull(name, "name");
    return new InMemoryTransport(
        "to " + name, new Dialler(name, options, context), options, maxFrameSize, context);
  }

  static InMemoryTransport.Pair pair(
      TransportContext left, TransportContext right, ConnectionOptions options) {
    InMemoryLink link =
        new InMemoryLink(
            left.loop(), options.sendBufferBytes(), right.loop(), options.sendBufferBytes());
    return new InMemoryTransport.Pair(
        single("left", link.left(), options, FrameFormat.MAX_FRAME_BYTES, left),
        single("right", link.right(), options, FrameFormat.MAX_FRAME_BYTES, right));
  }

  private static InMemoryTransport single(
      String name,
      InMemoryLink.End end,
      ConnectionOptions options,
      int maxFrameSize,
      TransportContext context) {
    return new InMemoryTransport(name, new OneEnd(end), options, maxFrameSize, context);
  }

  private @Nullable Server server(String name) {
    lock.lock();
    try {
      return servers.get(name);
    } finally {
      lock.unlock();
    }
  }

  private record Server(
      String name,
      TransportContext context,
      ConnectionOptions options,
      Consumer<InMemoryTransport> accept) {}

  /** Connects to whoever listens under a name at the time. */
  private final class Dialler implements InMemoryTransport.Connector {
    private final String name;
    private final ConnectionOptions options;
    private final TransportContext context;

    Dialler(String name, ConnectionOptions options, TransportContext context) {
      this.name = name;
      this.options = options;
      this.context = context;
    }

    @Override
    public InMemoryTransport.Dialled dial() {
      Server server = server(name);
      if (server == null) {
        return new InMemoryTransport.Dialled(
            null,
            CloseReason.of(
                Code.CONNECTION_REFUSED, "nobody listens under \"" + name + "\" in memory"));
      }
      InMemoryLink link =
          new InMemoryLink(
              context.loop(),
              options.sendBufferBytes(),
              server.context().loop(),
              server.options().sendBufferBytes());
      InMemoryTransport accepted =
          single(
              "accepted by " + name,
              link.right(),
              server.options(),
              maxFrameSize,
              server.context());
      server.context().loop().execute(() -> accept(server, accepted));
      return new InMemoryTransport.Dialled(link.left(), null);
    }

    private void accept(Server server, InMemoryTransport accepted) {
      try {
        server.accept().accept(accepted);
      } catch (RuntimeException | Error e) {
        LOG.error("the server {} threw; the connection is refused", server.name(), e);
        accepted.close();
      }
    }

    @Override
    public boolean canDialAgain() {
      return true;
    }

    @Override
    public void abandon() {}
  }

  /** Has one end of one link, and no other. */
  private record OneEnd(InMemoryLink.End end) implements InMemoryTransport.Connector {

    @Override
    public InMemoryTransport.Dialled dial() {
      return new InMemoryTransport.Dialled(end, null);
    }

    @Override
    public boolean canDialAgain() {
      return false;
    }

    @Override
    public void abandon() {
      end.breakOff(
          CloseReason.of(Code.LOCAL_CLOSE, "closed before it was started"),
          CloseReason.of(Code.CONNECTION_REFUSED, "the other side refused the connection"));
    }
  }
}

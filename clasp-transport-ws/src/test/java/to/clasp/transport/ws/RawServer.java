package to.clasp.transport.ws;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.testkit.contract.OtherSide;
import to.clasp.testkit.record.Recorder;

/**
 * A WebSocket server on plain sockets (RFC 6455) that misbehaves on command: it stops reading, and
 * resets connections. No library gives a test this much hold of the socket.
 */
final class RawServer implements OtherSide, AutoCloseable {

  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;
  private static final int MAX_QUEUED = 64;

  private final ServerSocket server;
  private final Thread acceptor;
  private final List<Thread> threads = new ArrayList<>();
  private final Recorder<Frame> received = new Recorder<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Below: guarded by the lock.
  private boolean reading = true;
  private boolean closed;
  private int connections;
  private int ended;
  private @Nullable Connection newest;

  private RawServer(ServerSocket server) {
    this.server = server;
    this.acceptor = new Thread(this::acceptAll, "raw-server");
  }

  static RawServer start() throws IOException {
    ServerSocket socket = new ServerSocket();
    // Small buffers, so that a reader that pauses is felt soon.
    socket.setReceiveBufferSize(16_384);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    RawServer server = new RawServer(socket);
    server.acceptor.start();
    return server;
  }

  URI uri() {
    return URI.create("ws://127.0.0.1:" + server.getLocalPort());
  }

  @Override
  public Recorder<Frame> received() {
    return received;
  }

  @Override
  public boolean offer(Frame frame) {
    return newest().offer(message(BINARY, frame.toByteArray()));
  }

  @Override
  public void awaitRoom(Duration timeout) {
    Connection connection = newest();
    await(connection::hasRoom, timeout, "room");
  }

  @Override
  public void awaitConnections(int count, Duration timeout) {
    await(() -> connections >= count, timeout, count + " connections");
  }

  @Override
  public void awaitDisconnected(Duration timeout) {
    await(() -> ended == connections, timeout, "the end of all connections");
  }

  @Override
  public void pauseReading() {
    update(() -> reading = false);
  }

  @Override
  public void resumeReading() {
    update(() -> reading = true);
  }

  @Override
  public void loseConnection() {
    newest().reset();
  }

  @Override
  public void closeConnection() {
    newest().offer(message(CLOSE, new byte[] {0x03, (byte) 0xE9}));
  }

  @Override
  public void close() throws IOException {
    update(
        () -> {
          closed = true;
          reading = true;
        });
    server.close();
    Connection last;
    List<Thread> toJoin;
    lock.lock();
    try {
      last = newest;
      toJoin = new ArrayList<>(threads);
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.reset();
    }
    toJoin.add(acceptor);
    for (Thread thread : toJoin) {
      join(thread);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Connection newest() {
    lock.lock();
    try {
      if (newest == null) {
        throw new AssertionError("nobody has connected");
      }
      return newest;
    } finally {
      lock.unlock();
    }
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void await(BooleanSupplier condition, Duration timeout, String what) {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError("waited in vain for " + what);
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    } finally {
      lock.unlock();
    }
  }

  private void acceptAll() {
    while (true) {
      Socket socket;
      try {
        socket = server.accept();
      } catch (IOException e) {
        // Closing the server socket is how this thread is told to end.
        return;
      }
      Connection connection = new Connection(socket);
      Thread reader = new Thread(connection::read, "raw-server-reader");
      Thread writer = new Thread(connection::write, "raw-server-writer");
      update(
          () -> {
            threads.add(reader);
            threads.add(writer);
          });
      reader.start();
      writer.start();
    }
  }

  /** An unfragmented, unmasked message. */
  private static byte[] message(int opcode, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(payload.length + 10).put((byte) (0x80 | opcode));
    if (payload.length < 126) {
      out.put((byte) payload.length);
    } else if (payload.length < 65_536) {
      out.put((byte) 126).putShort((short) payload.length);
    } else {
      out.put((byte) 127).putLong(payload.length);
    }
    out.put(payload).flip();
    byte[] bytes = new byte[out.remaining()];
    out.get(bytes);
    return bytes;
  }

  private final class Connection {
    private final Socket socket;
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private boolean over;
    private boolean reset;

    Connection(Socket socket) {
      this.socket = socket;
    }

    boolean hasRoom() {
      return over || outgoing.size() < MAX_QUEUED;
    }

    boolean offer(byte[] bytes) {
      lock.lock();
      try {
        if (over || outgoing.size() >= MAX_QUEUED) {
          return false;
        }
        outgoing.add(bytes);
        changed.signalAll();
        return true;
      } finally {
        lock.unlock();
      }
    }

    /** Ends the connection with a TCP reset: what has come and not been read is lost. */
    void reset() {
      update(() -> reset = true);
      try {
        if (!socket.isClosed()) {
          socket.setSoLinger(true, 0);
          socket.close();
        }
      } catch (IOException e) {
        // The reader has closed it in between: then it is over, as it should be.
        over();
      }
    }

    void read() {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
        String key = readUpgrade(in);
        update(
            () -> {
              newest = this;
              connections++;
            });
        offer(upgradeAnswer(key));
        boolean open = true;
        while (open) {
          awaitReading();
          open = readMessage(in);
        }
      } catch (IOException e) {
        // The other end, or the test, broke the connection: what this server is for.
        over();
      } finally {
        over();
      }
    }

    private void awaitReading() {
      lock.lock();
      try {
        while (!reading) {
          changed.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
    }

    private void over() {
      update(
          () -> {
            if (!over) {
              over = true;
              ended++;
            }
          });
    }

    private boolean readMessage(DataInputStream in) throws IOException {
      int opcode = in.readUnsignedByte() & 0x0F;
      int length = in.readUnsignedByte() & 0x7F;
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = Math.toIntExact(in.readLong());
      }
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      if (opcode == PING) {
        offer(message(PONG, payload));
      } else if (opcode == CLOSE) {
        offer(message(CLOSE, payload));
        return false;
      } else if (opcode == BINARY) {
        record(Frame.wrap(payload));
      }
      return true;
    }

    /** The reader may have much in its buffer that must not come behind a newer connection's. */
    private void record(Frame frame) {
      lock.lock();
      try {
        if (!reset) {
          received.record(frame);
        }
      } finally {
        lock.unlock();
      }
    }

    void write() {
      try (OutputStream out = socket.getOutputStream()) {
        byte[] bytes = next();
        while (bytes != null) {
          out.write(bytes);
          bytes = next();
        }
      } catch (IOException e) {
        over();
      }
    }

    private byte @Nullable [] next() {
      lock.lock();
      try {
        while (outgoing.isEmpty() && !over) {
          changed.awaitUninterruptibly();
        }
        changed.signalAll();
        return outgoing.poll();
      } finally {
        lock.unlock();
      }
    }

    private static String readUpgrade(DataInputStream in) throws IOException {
      String key = "";
      String line = line(in);
      while (!line.isEmpty()) {
        if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
          key = line.substring(line.indexOf(':') + 1).trim();
        }
        line = line(in);
      }
      return key;
    }

    private static byte[] upgradeAnswer(String key) {
      String answer =
          String.join(
              "\r\n",
              "HTTP/1.1 101 Switching Protocols",
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Protocol: clasp",
              "Sec-WebSocket-Accept: " + accept(key),
              "",
              "");
      return answer.getBytes(StandardCharsets.US_ASCII);
    }

    private static String line(DataInputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      int c = in.readUnsignedByte();
      while (c != '\n') {
        if (c != '\r') {
          line.append((char) c);
        }
        c = in.readUnsignedByte();
      }
      return line.toString();
    }

    private static String accept(String key) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-1")
                .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}

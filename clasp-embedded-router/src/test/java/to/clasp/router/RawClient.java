package to.clasp.router;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameDecoder;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;

/** A WebSocket client byte by byte, which can do what no library does. */
final class RawClient implements AutoCloseable {

  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int TIMEOUT_MILLIS = 20_000;

  private static final byte[] UPGRADE =
      """
      GET /any/path HTTP/1.1\r
      Host: localhost\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
      \r
      """
          .getBytes(StandardCharsets.US_ASCII);

  /** A frame of WebSocket. */
  static final class WsFrame {
    private final int opcode;
    private final byte[] payload;

    private WsFrame(int opcode, byte[] payload) {
      this.opcode = opcode;
      this.payload = payload;
    }

    int opcode() {
      return opcode;
    }

    byte[] payload() {
      return payload;
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final String response;

  RawClient(int port) throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    socket.getOutputStream().write(UPGRADE);
    response = readHead();
  }

  private String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      head.write(in.readUnsignedByte());
      text = head.toString(StandardCharsets.US_ASCII);
    }
    return text;
  }

  /** The head of the answer to the upgrade. */
  String response() {
    return response;
  }

  /** Encodes a frame, masked with zeros. */
  static byte[] frame(int opcode, boolean fin, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
    frame.put((byte) ((fin ? 0x80 : 0) | opcode));
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length <= 0xFFFF) {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    frame.putInt(0).put(payload).flip();
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }

  void send(int opcode, boolean fin, byte[] payload) throws IOException {
    socket.getOutputStream().write(frame(opcode, fin, payload));
  }

  /** Sends what a frame begins with, and the first of its bytes. */
  void sendStart(int opcode, int length) throws IOException {
    byte[] frame = frame(opcode, true, new byte[length]);
    socket.getOutputStream().write(frame, 0, frame.length - length + 1);
  }

  void send(Message message) throws IOException {
    send(BINARY, true, Frame.of(message).toByteArray());
  }

  void hello() throws IOException {
    send(new HelloMessage(1, java.util.Set.of(), "raw", null));
  }

  WsFrame next() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0F;
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = Math.toIntExact(in.readLong());
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new WsFrame(opcode, payload);
  }

  Message nextMessage() throws IOException {
    return FrameDecoder.decode(next().payload());
  }

  /** Whether anything has come that was not read. */
  boolean hasMore() throws IOException {
    return in.available() > 0;
  }

  /** Reads to the end; the status of the close frame, or 1006 if there is none. */
  int awaitEnd() throws IOException {
    try {
      while (true) {
        WsFrame frame = next();
        if (frame.opcode() == CLOSE) {
          return ByteBuffer.wrap(frame.payload()).getShort();
        }
      }
    } catch (EOFException e) {
      return 1006;
    } catch (java.net.SocketException e) {
      // Reset: the same, with data on its way.
      return 1006;
    }
  }

  /** Makes an ordinary request; the whole answer, or nothing if the connection ends without. */
  static String request(int port, String method) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String request = method + " / HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /**
   * Sends the same bytes again and again without reading anything, until the other side takes no
   * more.
   *
   * @return how many bytes it took, or the limit
   */
  static long flood(int port, byte[] first, byte[] bytes, long limit) throws IOException {
    try (Selector selector = Selector.open();
        SocketChannel channel = SocketChannel.open()) {
      channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 4_096);
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.write(ByteBuffer.wrap(UPGRADE));
      ByteBuffer answer = ByteBuffer.allocate(4);
      channel.read(answer);
      channel.write(ByteBuffer.wrap(first));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_WRITE);
      long taken = 0;
      ByteBuffer chunk = repeated(bytes);
      while (taken < limit) {
        selector.selectedKeys().clear();
        if (selector.select(Duration.ofSeconds(2).toMillis()) == 0) {
          return taken;
        }
        taken += channel.write(chunk);
        if (!chunk.hasRemaining()) {
          chunk.rewind();
        }
      }
      return taken;
    }
  }

  private static ByteBuffer repeated(byte[] bytes) {
    int times = Math.max(1, 32_768 / bytes.length);
    ByteBuffer chunk = ByteBuffer.allocate(times * bytes.length);
    for (int i = 0; i < times; i++) {
      chunk.put(bytes);
    }
    return chunk.flip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

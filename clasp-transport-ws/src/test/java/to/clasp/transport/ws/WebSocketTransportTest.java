package to.clasp.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.FrameFormat;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PongMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.value.Value;
import to.clasp.transport.Backoff;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.FrameSource;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.TransportListener;
import to.clasp.transport.TransportState;
import to.clasp.transport.loop.ThreadEventLoop;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.ws.Recorder.Event;

final class WebSocketTransportTest {

  private static final Frame PING = Frame.of(new PingMessage());
  private static final Frame PONG = Frame.of(new PongMessage());

  /** A server's end of one WebSocket. */
  private static final class ServerSide extends WebSocketListener {
    final BlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();
    final BlockingQueue<ByteString> received = new LinkedBlockingQueue<>();
    final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
      opened.add(webSocket);
    }

    @Override
    public void onMessage(WebSocket webSocket, ByteString bytes) {
      received.add(bytes);
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      webSocket.close(1000, null);
      ended.countDown();
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
      ended.countDown();
    }

    WebSocket socket() throws InterruptedException {
      return Objects.requireNonNull(opened.poll(20, TimeUnit.SECONDS), "nobody connected");
    }

    Frame frame() throws InterruptedException {
      return Frame.wrap(
          Objects.requireNonNull(received.poll(20, TimeUnit.SECONDS), "nothing came")
              .toByteArray());
    }
  }

  private final ThreadEventLoop loop = ThreadEventLoop.start("ws-test");
  private final TransportContext context = new TransportContext(loop, new SplittableRandom(1));
  private final MockWebServer server = new MockWebServer();
  private final Recorder recorder = new Recorder();
  private final List<Transport> transports = new ArrayList<>();

  @BeforeEach
  void startServer() throws IOException {
    server.start();
  }

  @AfterEach
  void leaveNothingBehind() throws InterruptedException {
    transports.forEach(Transport::close);
    server.close();
    loop.close();
    assertThat(loop.awaitStopped(Duration.ofSeconds(10))).isTrue();
  }

  private ConnectionOptions.Builder options() {
    return ConnectionOptions.builder()
        .drainTimeout(Duration.ofMillis(500))
        .backoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), 2, 0.5));
  }

  private URI uri() {
    return URI.create("ws://127.0.0.1:" + server.getPort());
  }

  private Transport create(URI uri, ConnectionOptions options) {
    Transport transport = new WebSocketProvider().create(uri, options, context);
    transports.add(transport);
    return transport;
  }

  private Transport start(ConnectionOptions options) {
    Transport transport = create(uri(), options);
    transport.start(recorder);
    return transport;
  }

  /** A server that completes the upgrade and then does not read. */
  private static RawServer mute() throws IOException {
    RawServer mute = RawServer.start();
    mute.pauseReading();
    return mute;
  }

  private ServerSide enqueueUpgrade() {
    ServerSide side = new ServerSide();
    server.enqueue(upgrade(side).build());
    return side;
  }

  private static MockResponse.Builder upgrade(WebSocketListener side) {
    return new MockResponse.Builder()
        .webSocketUpgrade(side)
        .setHeader("Sec-WebSocket-Protocol", "clasp");
  }

  @Test
  void carriesFramesBothWaysInOrder() throws InterruptedException {
    ServerSide side = enqueueUpgrade();
    Transport transport = start(options().build());
    recorder.next(Event.Opened.class);
    WebSocket socket = side.socket();

    for (int i = 0; i < 1_000; i++) {
      Frame frame = Frame.of(SetMessage.of("/n", Value.of(i)));
      assertThat(transport.send(frame)).isEqualTo(SendResult.ROUTER);
      assertThat(socket.send(ByteString.of(frame.toByteArray()))).isTrue();
    }
    for (int i = 0; i < 1_000; i++) {
      Frame expected = Frame.of(SetMessage.of("/n", Value.of(i)));
      assertThat(side.frame()).isEqualTo(expected);
      assertThat(recorder.next(Event.Received.class).frame()).isEqualTo(expected);
    }
    assertThat(transport.stats().framesSent()).isEqualTo(1_000);
    assertThat(transport.stats().framesReceived()).isEqualTo(1_000);
  }

  @Test
  void asksForTheSubprotocolAndNoExtensionAndSendsItsHeaders() throws InterruptedException {
    enqueueUpgrade();
    start(options().header("X-Stage", "left").build());
    recorder.next(Event.Opened.class);

    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeaders().get("Sec-WebSocket-Protocol")).isEqualTo("clasp");
    assertThat(request.getHeaders().get("Sec-WebSocket-Extensions")).isNull();
    assertThat(request.getHeaders().get("X-Stage")).isEqualTo("left");
  }

  @Test
  void saysThatNothingListens() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Transport transport =
        create(URI.create("ws://127.0.0.1:" + port), options().reconnect(false).build());
    transport.start(recorder);

    CloseReason reason = recorder.next(Event.Closed.class).reason();
    assertThat(reason.code()).isEqualTo(Code.CONNECTION_REFUSED);
    assertThat(reason.message()).contains("nothing listens").contains("check host and port");
  }

  @ParameterizedTest
  @CsvSource({
    "401, UNAUTHORIZED, credentials",
    "403, FORBIDDEN, permit",
    "200, NOT_A_ROUTER, status 200",
    "404, NOT_A_ROUTER, status 404",
    "302, NOT_A_ROUTER, status 302",
  })
  void endsForGoodWhenNoRetryCanHelp(int status, Code code, String text)
      throws InterruptedException {
    server.enqueue(new MockResponse.Builder().code(status).body("ok").build());
    start(options().build());

    CloseReason reason = recorder.next(Event.Closed.class).reason();
    assertThat(reason.code()).isEqualTo(code);
    assertThat(reason.message()).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH_9\r\n", "HTTP/1.1 ???\r\n\r\n"})
  void saysThatAServerOfAnotherKindIsNoRouter(String greeting) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread greeter = new Thread(() -> greet(other, greeting), "greeter");
      greeter.start();
      Transport transport =
          create(URI.create("ws://127.0.0.1:" + other.getLocalPort()), options().build());
      transport.start(recorder);

      CloseReason reason = recorder.next(Event.Closed.class).reason();
      assertThat(reason.code()).isEqualTo(Code.NOT_A_ROUTER);
      assertThat(reason.message()).contains("no CLASP router").contains("check host, port");
      greeter.join(10_000);
    }
  }

  @Test
  void triesAgainWhenTheServerClosesBeforeItAnswers() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread greeter = new Thread(() -> greet(other, ""), "greeter");
      greeter.start();
      create(URI.create("ws://127.0.0.1:" + other.getLocalPort()), options().build())
          .start(recorder);

      CloseReason reason = recorder.next(Event.Interrupted.class).reason();
      assertThat(reason.code()).isEqualTo(Code.CONNECTION_LOST);
      assertThat(reason.message()).contains("before it answered").contains("check host and port");
      greeter.join(10_000);
    }
  }

  /** Reads the request, says something else than HTTP, and closes in order. */
  private static void greet(ServerSocket server, String greeting) {
    try (Socket client = server.accept()) {
      InputStream in = client.getInputStream();
      client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
      String head = "";
      while (!head.endsWith("\r\n\r\n")) {
        head += (char) in.read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void saysThatTlsFailedWhereTheServerSpeaksNone() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> refusePlainly(plain), "plain server");
      answering.start();
      create(URI.create("wss://127.0.0.1:" + plain.getLocalPort()), options().build())
          .start(recorder);

      CloseReason reason = recorder.next(Event.Closed.class).reason();
      assertThat(reason.code()).isEqualTo(Code.TLS_FAILED);
      assertThat(reason.message()).contains("speaks TLS at this port");
      answering.join(10_000);
    }
  }

  /** Answers the first bytes as an HTTP server does, and waits until the client has gone. */
  private static void refusePlainly(ServerSocket server) {
    try (Socket client = server.accept()) {
      InputStream in = client.getInputStream();
      if (in.read() >= 0) {
        client
            .getOutputStream()
            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        in.transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void connectsThroughAProxy() throws InterruptedException {
    // Only the proxy can know this host.
    ServerSide side = enqueueUpgrade();
    Transport transport =
        create(URI.create("ws://stage.invalid:7330/"), options().proxy(proxy()).build());
    transport.start(recorder);
    recorder.next(Event.Opened.class);

    transport.send(PING);

    assertThat(side.frame()).isEqualTo(PING);
    assertThat(server.takeRequest().getHeaders().get("Host")).isEqualTo("stage.invalid:7330");
  }

  @Test
  void saysThatTheProxyWantsCredentials() throws InterruptedException {
    server.enqueue(new MockResponse.Builder().code(407).build());
    create(URI.create("ws://stage.invalid:7330/"), options().proxy(proxy()).build())
        .start(recorder);

    CloseReason reason = recorder.next(Event.Closed.class).reason();
    assertThat(reason.code()).isEqualTo(Code.UNAUTHORIZED);
    assertThat(reason.message()).contains("proxy").contains("407");
  }

  private Proxy proxy() {
    return new Proxy(
        Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
  }

  @Test
  void triesAgainWhenTheServerIsOverloaded() throws InterruptedException {
    server.enqueue(new MockResponse.Builder().code(503).build());
    enqueueUpgrade();
    start(options().build());

    Event.Interrupted interrupted = recorder.next(Event.Interrupted.class);
    assertThat(interrupted.reason().code()).isEqualTo(Code.CONNECTION_REFUSED);
    assertThat(interrupted.attempt()).isEqualTo(1);
    recorder.next(Event.Opened.class);
  }

  @ParameterizedTest
  @CsvSource({"mqtt", "''"})
  void refusesAServerThatChoosesAnotherSubprotocol(String chosen) throws InterruptedException {
    MockResponse.Builder response = new MockResponse.Builder().webSocketUpgrade(new ServerSide());
    if (!chosen.isEmpty()) {
      response.setHeader("Sec-WebSocket-Protocol", chosen);
    }
    server.enqueue(response.build());
    start(options().build());

    CloseReason reason = recorder.next(Event.Closed.class).reason();
    assertThat(reason.code()).isEqualTo(Code.WRONG_SUBPROTOCOL);
    assertThat(reason.message()).contains("\"clasp\"");
  }

  @Test
  void saysThatTlsFailed() throws Exception {
    try (MockWebServer secure = new MockWebServer()) {
      HeldCertificate certificate =
          new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
      secure.useHttps(
          new HandshakeCertificates.Builder()
              .heldCertificate(certificate)
              .build()
              .sslSocketFactory());
      secure.start();
      Transport transport =
          create(URI.create("wss://127.0.0.1:" + secure.getPort()), options().build());
      transport.start(recorder);

      CloseReason reason = recorder.next(Event.Closed.class).reason();
      assertThat(reason.code()).isEqualTo(Code.TLS_FAILED);
      assertThat(reason.message()).contains("certificate");
    }
  }

  @Test
  void trustsAndProvesItselfAsToldOverTls() throws Exception {
    HeldCertificate serverCertificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
    HeldCertificate clientCertificate = new HeldCertificate.Builder().commonName("desk").build();
    try (MockWebServer secure = new MockWebServer()) {
      secure.useHttps(
          new HandshakeCertificates.Builder()
              .heldCertificate(serverCertificate)
              .addTrustedCertificate(clientCertificate.certificate())
              .build()
              .sslSocketFactory());
      secure.requireClientAuth();
      secure.start();
      ServerSide side = new ServerSide();
      secure.enqueue(upgrade(side).build());
      HandshakeCertificates ours =
          new HandshakeCertificates.Builder()
              .heldCertificate(clientCertificate)
              .addTrustedCertificate(serverCertificate.certificate())
              .build();
      Transport transport =
          create(
              URI.create("wss://127.0.0.1:" + secure.getPort()),
              options()
                  .tls(new ConnectionOptions.Tls(ours.sslSocketFactory(), ours.trustManager()))
                  .build());
      transport.start(recorder);

      recorder.next(Event.Opened.class);
      transport.send(PING);
      assertThat(side.frame()).isEqualTo(PING);
    }
  }

  @Test
  void connectsAgainWhenTheConnectionIsLost() throws InterruptedException {
    ServerSide first = enqueueUpgrade();
    ServerSide second = enqueueUpgrade();
    Transport transport = start(options().build());
    recorder.next(Event.Opened.class);
    first.socket().close(1001, "going away");

    recorder.next(Event.Interrupted.class);
    recorder.next(Event.Opened.class);
    assertThat(transport.send(PING)).isEqualTo(SendResult.ROUTER);
    assertThat(second.frame()).isEqualTo(PING);
    assertThat(transport.stats().connects()).isEqualTo(2);
  }

  @Test
  void goesOnTryingOnceItHasBeenOpenWhateverTheServerSays() throws InterruptedException {
    ServerSide first = enqueueUpgrade();
    server.enqueue(new MockResponse.Builder().code(403).build());
    enqueueUpgrade();
    start(options().build());
    recorder.next(Event.Opened.class);
    first.socket().close(1001, "going away");

    recorder.next(Event.Interrupted.class);
    assertThat(recorder.next(Event.Interrupted.class).reason().code()).isEqualTo(Code.FORBIDDEN);
    recorder.next(Event.Opened.class);
  }

  @Test
  void endsAfterSoManyFailedAttempts() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      server.enqueue(new MockResponse.Builder().code(503).build());
    }
    start(options().maxReconnectAttempts(2).build());

    assertThat(recorder.next(Event.Interrupted.class).attempt()).isEqualTo(1);
    assertThat(recorder.next(Event.Interrupted.class).attempt()).isEqualTo(2);
    assertThat(recorder.next(Event.Closed.class).reason().code())
        .isEqualTo(Code.CONNECTION_REFUSED);
  }

  @Test
  void makesANewConnectionWhenAskedTo() throws InterruptedException {
    enqueueUpgrade();
    enqueueUpgrade();
    Transport transport = start(options().build());
    recorder.next(Event.Opened.class);
    transport.reconnect("the session is dead");

    Event.Interrupted interrupted = recorder.next(Event.Interrupted.class);
    assertThat(interrupted.reason().code()).isEqualTo(Code.RECONNECT_REQUESTED);
    assertThat(interrupted.delay()).isZero();
    recorder.next(Event.Opened.class);
  }

  @Test
  void givesUpAServerThatDoesNotAnswerInTime() throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      Transport transport =
          create(
              URI.create("ws://127.0.0.1:" + mute.getLocalPort()),
              options().connectTimeout(Duration.ofMillis(100)).reconnect(false).build());
      transport.start(recorder);

      assertThat(recorder.next(Event.Closed.class).reason().code()).isEqualTo(Code.CONNECT_TIMEOUT);
    }
  }

  @Test
  void noticesAPeerThatStopsAnsweringPings() throws Exception {
    try (RawServer mute = mute()) {
      Transport transport =
          create(
              mute.uri(), options().pingInterval(Duration.ofMillis(100)).reconnect(false).build());
      transport.start(recorder);

      recorder.next(Event.Opened.class);
      assertThat(recorder.next(Event.Closed.class).reason().code()).isEqualTo(Code.SILENT);
    }
  }

  @Test
  void answersThatTheBufferIsFullAndTellsWhenThereIsRoom() throws Exception {
    try (RawServer mute = mute()) {
      Transport transport =
          create(mute.uri(), options().pingInterval(Duration.ZERO).sendBufferBytes(70_000).build());
      transport.start(recorder);
      recorder.next(Event.Opened.class);

      Frame large = Frame.of(SetMessage.of("/x", Value.of(new byte[60_000])));
      int accepted = 0;
      do {
        SendResult result = transport.send(large);
        while (result.isAccepted()) {
          accepted++;
          result = transport.send(large);
        }
        assertThat(result).isEqualTo(SendResult.BUFFER_FULL);
        // The kernel's buffers grow for a while; when nothing becomes writable they are full too.
      } while (recorder.poll(Duration.ofMillis(300)) instanceof Event.Writable);
      assertThat(transport.isWritable()).isFalse();
      assertThat(transport.stats().queuedBytes()).isLessThan(70_000 + 2L * large.size());

      mute.resumeReading();
      recorder.next(Event.Writable.class);
      assertThat(transport.isWritable()).isTrue();
      assertThat(mute.received().await(Frame.class, accepted, Duration.ofSeconds(20)))
          .hasSize(accepted)
          .allMatch(large::equals);
    }
  }

  @Test
  void dropsAndCountsWhatIsNoFrame() throws InterruptedException {
    ServerSide side = enqueueUpgrade();
    Transport transport = start(options().build());
    recorder.next(Event.Opened.class);
    WebSocket socket = side.socket();
    socket.send("text");
    socket.send(ByteString.encodeUtf8("garbage"));
    socket.send(ByteString.of(PONG.toByteArray()));

    assertThat(recorder.next(Event.Received.class).frame()).isEqualTo(PONG);
    assertThat(transport.stats().framesDropped()).isEqualTo(2);
  }

  @Test
  void leavesAServerThatSendsMoreThanAFrameHolds() throws InterruptedException {
    ServerSide side = enqueueUpgrade();
    start(options().reconnect(false).build());
    recorder.next(Event.Opened.class);
    side.socket().send(ByteString.of(new byte[FrameFormat.MAX_FRAME_BYTES + 1]));

    assertThat(recorder.next(Event.Closed.class).reason().code()).isEqualTo(Code.FRAME_TOO_LARGE);
  }

  @Test
  void sendsWhatItAcceptedBeforeItCloses() throws InterruptedException {
    ServerSide side = enqueueUpgrade();
    Transport transport = start(options().build());
    recorder.next(Event.Opened.class);
    for (int i = 0; i < 500; i++) {
      assertThat(transport.send(Frame.of(SetMessage.of("/n", Value.of(i)))).isAccepted()).isTrue();
    }
    transport.close();
    transport.close();

    assertThat(transport.send(PING)).isEqualTo(SendResult.CLOSED);
    for (int i = 0; i < 500; i++) {
      assertThat(side.frame()).isEqualTo(Frame.of(SetMessage.of("/n", Value.of(i))));
    }
    assertThat(recorder.next(Event.Closed.class).reason().code()).isEqualTo(Code.LOCAL_CLOSE);
    assertThat(transport.state()).isEqualTo(TransportState.CLOSED);
    assertThat(recorder.poll(Duration.ZERO)).isNull();
  }

  @Test
  void closesInBoundedTimeWhenTheServerDoesNotAnswer() throws Exception {
    try (RawServer mute = mute()) {
      Transport transport = create(mute.uri(), options().pingInterval(Duration.ZERO).build());
      transport.start(recorder);
      recorder.next(Event.Opened.class);
      transport.close();

      assertThat(recorder.next(Event.Closed.class).reason().code()).isEqualTo(Code.LOCAL_CLOSE);
    }
  }

  @Test
  void reportsTheEndWhenClosedBeforeItIsStarted() throws InterruptedException {
    Transport transport = create(uri(), options().build());
    transport.close();
    transport.start(recorder);

    assertThat(recorder.next(Event.Closed.class).reason().code()).isEqualTo(Code.LOCAL_CLOSE);
    assertThatThrownBy(() -> transport.start(recorder)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closesWhileItWaitsForTheNextAttempt() throws InterruptedException {
    server.enqueue(new MockResponse.Builder().code(503).build());
    Transport transport =
        start(
            options()
                .backoff(new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(1), 1, 0))
                .build());
    recorder.next(Event.Interrupted.class);
    assertThat(transport.send(PING)).isEqualTo(SendResult.NOT_CONNECTED);
    transport.close();

    assertThat(recorder.next(Event.Closed.class).reason().code()).isEqualTo(Code.LOCAL_CLOSE);
  }

  @Test
  void survivesAListenerThatThrowsAndCountsIt() throws InterruptedException {
    ServerSide side = enqueueUpgrade();
    Transport transport = create(uri(), options().build());
    CountDownLatch closed = new CountDownLatch(1);
    BlockingQueue<Frame> heard = new LinkedBlockingQueue<>();
    transport.start(
        new TransportListener() {
          @Override
          public void onOpen() {
            throw new IllegalStateException("on purpose");
          }

          @Override
          public void onFrame(Frame frame, FrameSource source) {
            heard.add(frame);
            throw new AssertionError("on purpose");
          }

          @Override
          public void onClosed(CloseReason reason) {
            closed.countDown();
          }
        });
    WebSocket socket = side.socket();
    socket.send(ByteString.of(PING.toByteArray()));
    socket.send(ByteString.of(PONG.toByteArray()));

    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(PING);
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(PONG);
    transport.close();
    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(transport.stats().listenerFailures()).isEqualTo(3);
  }
}

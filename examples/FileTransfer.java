import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import to.clasp.client.ClaspP2P;
import to.clasp.client.Peer;
import to.clasp.client.Update;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.peer.ChannelOptions;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;

/**
 * Sends a file over two channels: its pieces over a partially reliable one, which gives a piece up
 * rather than hold up those behind it, and what is missing is asked for over a reliable one.
 */
public final class FileTransfer {

  private static final int PIECE = 16 * 1024;

  private static final ChannelOptions PARTIALLY_RELIABLE =
      ChannelOptions.builder()
          .ordered(false)
          .maxRetransmits(3)
          .maxPacketLifeTime(Duration.ofMillis(200))
          .build();

  private FileTransfer() {}

  private static ClaspP2P end(URI router, String id) {
    return ClaspP2P.builder()
        .signaling(router)
        .clientId(id)
        .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
        .connect();
  }

  private static void received(Peer from, Update update, byte[][] arrived) {
    if (update.address().startsWith("/pieces/")) {
      arrived[Integer.parseInt(update.address().substring(8))] = (byte[]) update.value().toJava();
    } else if (update.address().equals("/file/sent")) {
      IntStream missing = IntStream.range(0, arrived.length).filter(i -> arrived[i] == null);
      from.emit("/file/missing", missing.limit(1_000).boxed().toList());
    }
  }

  public static void main(String[] args) throws Exception {
    byte[] file = args.length > 0 ? Files.readAllBytes(Path.of(args[0])) : new byte[1 << 20];
    if (args.length == 0) {
      new Random().nextBytes(file);
    }
    int count = (file.length + PIECE - 1) / PIECE;
    byte[][] arrived = new byte[count][];
    LinkedBlockingQueue<List<Integer>> wanted = new LinkedBlockingQueue<>();
    try (EmbeddedRouter router = EmbeddedRouter.builder().port(0).start();
        ClaspP2P receiver = end(router.uri(), "receiver");
        ClaspP2P sender = end(router.uri(), "sender")) {
      receiver.onPeer(from -> from.on("/**", update -> received(from, update, arrived)));
      Peer to = sender.connectToPeer("receiver").get(30, TimeUnit.SECONDS);
      to.createDataChannel("/pieces", PARTIALLY_RELIABLE).get(30, TimeUnit.SECONDS);
      to.createDataChannel("/file", ChannelOptions.RELIABLE).get(30, TimeUnit.SECONDS);
      to.on(
          "/file/missing",
          update ->
              wanted.add(
                  ((List<?>) update.value().toJava())
                      .stream().map(number -> ((Number) number).intValue()).toList()));
      List<Integer> missing = IntStream.range(0, count).boxed().toList();
      for (int round = 1; !missing.isEmpty(); round++) {
        for (int i : missing) {
          int end = Math.min(file.length, (i + 1) * PIECE);
          to.emit("/pieces/" + i, Arrays.copyOfRange(file, i * PIECE, end));
        }
        System.out.println("round " + round + ": " + missing.size() + " pieces sent");
        to.emit("/file/sent", round).get(30, TimeUnit.SECONDS);
        missing = wanted.poll(30, TimeUnit.SECONDS);
      }
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      for (byte[] piece : arrived) {
        joined.writeBytes(piece);
      }
      boolean same = Arrays.equals(file, joined.toByteArray());
      System.out.println(file.length + " bytes arrived" + (same ? "" : ", and they differ"));
    }
  }
}

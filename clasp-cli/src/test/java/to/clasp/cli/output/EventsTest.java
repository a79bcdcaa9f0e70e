package to.clasp.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import to.clasp.client.Delivery;
import to.clasp.client.Update;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;
import to.clasp.transport.CloseReason;
import to.clasp.transport.FrameSource;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.PeerRole;

class EventsTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final CloseReason SILENT =
      CloseReason.of(CloseReason.Code.SILENT, "nothing gets through");

  private interface Print {
    void to(Events events);
  }

  private static String print(boolean json, Print print) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    print.to(new Events(new Output(new PrintWriter(out), new PrintWriter(err), json)));
    assertThat(err.toString()).isEmpty();
    return out.toString().strip();
  }

  private static String text(Print print) {
    return print(false, print);
  }

  private static String json(Print print) {
    return print(true, print);
  }

  private static Update update(Value value, SignalType signal, FrameSource source) {
    return new Update("/x", value, signal, source, null, null, null, null);
  }

  @Test
  void printsValues() {
    Update param =
        new Update(
            "/x", Value.of("hi"), SignalType.PARAM, FrameSource.ROUTER, 7L, 1_000L, null, null);
    assertThat(text(events -> events.heard(param))).isEqualTo("/x = hi");
    assertThat(json(events -> events.heard(param)))
        .isEqualTo(
            "{\"event\":\"value\",\"address\":\"/x\",\"value\":\"hi\",\"type\":\"param\","
                + "\"path\":\"router\",\"peer\":null,\"revision\":7,\"timestamp\":1000}");

    Update direct = update(Value.of(1.5), SignalType.STREAM, FrameSource.peer("desk"));
    assertThat(text(events -> events.heard(direct)))
        .isEqualTo("/x = 1.5  stream  directly from desk");
    assertThat(json(events -> events.heard(direct))).contains("\"path\":\"p2p\",\"peer\":\"desk\"");
  }

  @Test
  void printsGestures() {
    Update move =
        new Update(
            "/x",
            Value.of(1),
            SignalType.GESTURE,
            FrameSource.ROUTER,
            null,
            null,
            4,
            GesturePhase.MOVE);
    assertThat(text(events -> events.heard(move))).isEqualTo("/x = 1  gesture 4 move");
    assertThat(json(events -> events.heard(move))).endsWith("\"gesture\":4,\"phase\":\"move\"}");
  }

  @Test
  void printsWhatWasSentAndAskedFor() {
    Delivery acknowledged = new Delivery(Path.ROUTER, -1L);
    assertThat(text(events -> events.sent("set", "/x", Value.of(1), acknowledged)))
        .isEqualTo("/x = 1  revision 18446744073709551615");
    assertThat(json(events -> events.sent("emit", "/x", Value.of(1), new Delivery(Path.P2P, null))))
        .isEqualTo(
            "{\"event\":\"emit\",\"address\":\"/x\",\"value\":1,\"path\":\"p2p\","
                + "\"revision\":null}");
    assertThat(text(events -> events.got("/x", Value.of("as it is")))).isEqualTo("as it is");
  }

  @Test
  void printsWhatBecomesOfLinks() {
    assertThat(
            text(events -> events.peer(new PeerEvent.Connecting("desk", NOW, PeerRole.OFFERER, 2))))
        .isEqualTo("linking with desk …");
    assertThat(text(events -> events.peer(new PeerEvent.Connected("desk", NOW, null))))
        .isEqualTo("linked with desk");
    assertThat(text(events -> events.peer(new PeerEvent.Failed("desk", NOW, SILENT))))
        .isEqualTo("the link with desk failed: nothing gets through");
    assertThat(text(events -> events.peer(new PeerEvent.Closed("desk", NOW, SILENT))))
        .isEqualTo("the link with desk is closed: nothing gets through");
    assertThat(json(events -> events.peer(new PeerEvent.Failed("desk", NOW, SILENT))))
        .isEqualTo(
            "{\"event\":\"failed\",\"peer\":\"desk\",\"at\":\"2026-01-02T03:04:05Z\","
                + "\"code\":\"silent\",\"reason\":\"nothing gets through\"}");
  }

  @Test
  void printsWhichWayValuesTravel() {
    PeerEvent up = new PeerEvent.PathChanged("desk", NOW, Path.ROUTER, Path.P2P, null);
    PeerEvent down = new PeerEvent.PathChanged("desk", NOW, Path.P2P, Path.ROUTER, SILENT);
    PeerEvent gone = new PeerEvent.PathChanged("desk", NOW, Path.P2P, null, SILENT);
    assertThat(text(events -> events.peer(up))).isEqualTo("values for desk travel directly");
    assertThat(text(events -> events.peer(down)))
        .isEqualTo("values for desk travel through the router: nothing gets through");
    assertThat(text(events -> events.peer(gone)))
        .isEqualTo("values for desk cannot travel: nothing gets through");
    assertThat(json(events -> events.peer(down)))
        .isEqualTo(
            "{\"event\":\"path\",\"peer\":\"desk\",\"at\":\"2026-01-02T03:04:05Z\","
                + "\"from\":\"p2p\",\"to\":\"router\",\"cause\":\"nothing gets through\"}");
  }
}

package to.clasp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.testkit.loop.ManualEventLoop;

class HeartbeatTest {

  private static final String SIGNAL = "/clasp/p2p/signal/me";
  private static final String PRIVATE = "/clasp/keepalive/me";

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<Message> sent = new ArrayList<>();
  private final List<String> dead = new ArrayList<>();
  private boolean room = true;
  private Heartbeat heartbeat;

  @BeforeEach
  void start() {
    heartbeat =
        new Heartbeat(
            loop, Duration.ofSeconds(60), Duration.ofSeconds(5), 42, this::send, dead::add);
    heartbeat.start("me");
  }

  private boolean send(Frame frame) {
    if (room) {
      sent.add(frame.message());
    }
    return room;
  }

  private boolean echoed() {
    Message last = sent.get(sent.size() - 1);
    return last instanceof PublishMessage publish
        ? heartbeat.echo(publish.address(), Updates.valueOf(publish))
        : last instanceof SetMessage set && heartbeat.echo(set.address(), set.value());
  }

  private void seconds(long seconds) {
    loop.advance(Duration.ofSeconds(seconds));
  }

  private static ErrorMessage refusal(int code, String address) {
    return new ErrorMessage(code, "no", address, null);
  }

  @Test
  void signalsToItsOwnSessionOnceAnInterval() {
    seconds(59);
    assertThat(sent).isEmpty();
    seconds(1);
    assertThat(sent).hasSize(1);
    assertThat(((PublishMessage) sent.get(0)).address()).isEqualTo(SIGNAL);

    assertThat(echoed()).isTrue();
    seconds(60);

    assertThat(sent).hasSize(2);
    assertThat(dead).isEmpty();
  }

  @Test
  void takesAMissingEchoForADeadSession() {
    seconds(60);
    seconds(4);
    assertThat(dead).isEmpty();

    seconds(1);

    assertThat(dead)
        .containsExactly("the router has forgotten the session: it gets no echo of its keep-alive");
    loop.assertNothingPending();
  }

  @Test
  void takesNoOtherSignalForAnEcho() {
    seconds(60);

    assertThat(heartbeat.echo(SIGNAL, new Value.Dict(Map.of("type", Value.of("offer"))))).isFalse();
    assertThat(heartbeat.echo("/clasp/p2p/signal/other", Value.of(1))).isFalse();
    seconds(5);

    assertThat(dead).hasSize(1);
  }

  @Test
  void fallsBackToAPrivateAddressWhenSignalsAreForbidden() {
    seconds(60);
    sent.clear();

    assertThat(heartbeat.refused(refusal(301, SIGNAL))).isTrue();

    assertThat(sent.get(0)).isInstanceOf(SubscribeMessage.class);
    assertThat(((SubscribeMessage) sent.get(0)).pattern()).isEqualTo(PRIVATE);
    assertThat(((SubscribeMessage) sent.get(0)).id()).isEqualTo(42);
    assertThat(((SetMessage) sent.get(1)).address()).isEqualTo(PRIVATE);
    assertThat(echoed()).isTrue();
    seconds(60);
    assertThat(sent).hasSize(3);
    seconds(5);
    assertThat(dead).hasSize(1);
  }

  @Test
  void triesSignalsAgainInTheNextSession() {
    seconds(60);
    heartbeat.refused(refusal(301, SIGNAL));
    heartbeat.stop();
    sent.clear();

    heartbeat.start("me");
    seconds(60);

    assertThat(sent).singleElement().isInstanceOf(PublishMessage.class);
  }

  @Test
  void takesA404OfItsOwnSessionForItsEnd() {
    seconds(60);

    assertThat(heartbeat.refused(refusal(404, SIGNAL))).isTrue();

    assertThat(dead).hasSize(1);
    loop.assertNothingPending();
  }

  private void forbidEverything() {
    seconds(60);
    heartbeat.refused(refusal(301, SIGNAL));
    assertThat(heartbeat.refused(refusal(301, PRIVATE))).isTrue();
    // The one for SUBSCRIBE and the one for SET.
    assertThat(heartbeat.refused(refusal(301, PRIVATE))).isTrue();
    sent.clear();
  }

  @Test
  void replacesASessionThatMayNotKeepItselfAliveAndHearsNothing() {
    forbidEverything();

    seconds(179);
    assertThat(dead).isEmpty();
    seconds(1);

    assertThat(sent).isEmpty();
    assertThat(dead)
        .containsExactly(
            "the router has forgotten the session: nothing was delivered to it for 240000 ms");
    loop.assertNothingPending();
  }

  @Test
  void keepsASessionThatMayNotKeepItselfAliveWhileItHearsOthers() {
    forbidEverything();
    for (int i = 0; i < 10; i++) {
      heartbeat.delivered();
      seconds(200);
    }
    heartbeat.delivered();
    assertThat(dead).isEmpty();

    seconds(240);

    assertThat(dead).hasSize(1);
  }

  @Test
  void doesNotMissAnEchoOfWhatItCouldNotSend() {
    room = false;
    seconds(120);
    assertThat(dead).isEmpty();

    room = true;
    seconds(2);
    assertThat(sent).hasSize(1);
    assertThat(echoed()).isTrue();
    assertThat(dead).isEmpty();
  }

  @Test
  void beatsAgainWhenTheRouterHasDroppedMessages() {
    seconds(60);
    seconds(4);

    heartbeat.rateLimited();
    seconds(2);

    assertThat(sent).hasSize(2);
    assertThat(dead).isEmpty();
    assertThat(echoed()).isTrue();
  }

  @Test
  void leavesOtherErrorsAlone() {
    assertThat(heartbeat.refused(refusal(301, "/other"))).isFalse();
    assertThat(heartbeat.refused(new ErrorMessage(429, "slow", null, null))).isFalse();
  }

  @Test
  void doesNothingOnceStopped() {
    heartbeat.stop();

    seconds(1_000);

    assertThat(sent).isEmpty();
    assertThat(dead).isEmpty();
  }
}

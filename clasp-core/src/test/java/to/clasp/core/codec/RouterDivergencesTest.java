package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Feature;
import to.clasp.core.message.FederationOp;
import to.clasp.core.message.FederationSyncMessage;
import to.clasp.core.message.GesturePhase;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.HelloMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.PingMessage;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QoS;
import to.clasp.core.message.ReplayMessage;
import to.clasp.core.message.ResultMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalDefinition;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.SubscribeOptions;
import to.clasp.core.message.SyncMessage;
import to.clasp.core.message.Ttl;
import to.clasp.core.message.WelcomeMessage;
import to.clasp.core.value.Value;

/**
 * Where the JavaScript codec and the Rust router differ (CLASP wire format, "Known divergences"),
 * we are on the side of the router, or stricter where the router crashes.
 */
class RouterDivergencesTest {

  @Test
  void integersAndFloatsAreKeptApart() {
    assertThat(payload(SetMessage.of("/a", Value.of(1)))[1]).isEqualTo((byte) 0x05);
    assertThat(payload(SetMessage.of("/a", Value.of(1.0)))[1]).isEqualTo((byte) 0x07);
    assertThat(decode("21 05 0002 2f61 0000000000000001"))
        .isNotEqualTo(decode("21 07 0002 2f61 3ff0000000000000"));
  }

  @Test
  void replayAndFederationAreKnown() {
    assertThat(decode("24 00 0002 2f61 ff"))
        .isEqualTo(new ReplayMessage("/a", null, null, null, Set.of()));
    assertThat(decode("04 04 0000 0000 00"))
        .isEqualTo(
            new FederationSyncMessage(FederationOp.SYNC_COMPLETE, List.of(), Map.of(), null, null));
  }

  @Test
  void lifetimesAreKnown() {
    assertThat(decode("21 11 0002 2f61 01 80000000"))
        .isEqualTo(new SetMessage("/a", Value.of(true), null, false, false, Ttl.absolute(0)));
    assertThat(decode("21 11 0002 2f61 01 00000000"))
        .isEqualTo(new SetMessage("/a", Value.of(true), null, false, false, Ttl.never()));
  }

  @Test
  void federationIsAFeatureOfHelloOnly() {
    Message hello = new HelloMessage(1, Set.of(Feature.FEDERATION), "h", null);
    Message welcome = new WelcomeMessage(1, Set.of(Feature.FEDERATION), 0, "s", "r", null);

    assertThat(payload(hello)[2]).isEqualTo((byte) 0x04);
    assertThat(payload(welcome)[2]).isZero();
    assertThat(decode("02 01 04 0000000000000000 0000 0000 0000"))
        .isEqualTo(new WelcomeMessage(1, Set.of(), 0, "", "", null));
  }

  @Test
  void unsigned64BitNumbersAreExact() {
    Message sync = new SyncMessage(-1, 9_007_199_254_740_993L, Long.MIN_VALUE);

    assertThat(Frame.of(sync).message()).isEqualTo(sync);
  }

  @Test
  void timelinesAreCommitted() {
    assertThat(PublishMessage.of("/a", SignalType.TIMELINE, Value.of(1)).defaultQos())
        .isEqualTo(QoS.COMMIT);
  }

  @Test
  void reservedQosIsFire() {
    byte[] frame = Frames.ofPayload("41");
    frame[1] = (byte) 0xC1;

    assertThat(Frame.wrap(frame).qos()).isEqualTo(QoS.FIRE);
  }

  @Test
  void invalidUtf8IsRefused() {
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> decode("22 0003 2f c328"))
        .withMessage("GET.address at byte 8: not UTF-8");
  }

  @Test
  void aByteOrderMarkIsKept() {
    assertThat(decode("22 0005 efbbbf 2f61")).isEqualTo(new GetMessage("\uFEFF/a"));
  }

  @Test
  void emptyStringsCanBePresent() {
    for (Message message :
        List.of(
            new AckMessage("", null, null, "", null),
            new ErrorMessage(1, "", "", null),
            new SnapshotMessage(List.of(new ParamState("/a", Value.of(1), 1, "", null))),
            new ResultMessage(
                List.of(new SignalDefinition("/a", SignalType.PARAM, "", "", null))))) {
      assertThat(Frame.of(message).message()).isEqualTo(message);
    }
  }

  @Test
  void anInnerMessageEndsWithItsSlice() {
    // The first GET claims three bytes, of which its slice holds two.
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> decode("30 00 0002 0005 220003 2f61 0001 41"));
    // The rate of the PUBLISH must not be taken from the slice after it.
    assertThat(decode("30 00 0002 0007 20 20 0002 2f61 00 0005 41 ffffffff"))
        .isEqualTo(
            new BundleMessage(
                null,
                List.of(
                    new PublishMessage(
                        "/a", SignalType.EVENT, null, null, GesturePhase.START, null, null, null),
                    new PingMessage())));
  }

  @Test
  void legacyFieldsAreChecked() {
    // {"type": "SET", "address": 5, "value": 1}
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> decode("83 a474797065 a3534554 a761646472657373 05 a576616c7565 01"))
        .withMessageContaining("legacy address")
        .withMessageContaining("a string wanted");
    // {"type": "GET", "address": "/a", "address": "/b"}
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(
            () -> decode("83 a474797065 a3474554 a761646472657373 a22f61 a761646472657373 a22f62"))
        .withMessageContaining("given twice");
  }

  @Test
  void largeMessagesOfEachKindAreWritten() {
    List<Message> inner = Collections.nCopies(3_000, new GetMessage("/some/address"));

    assertThat(Frame.of(new BundleMessage(null, inner)).size()).isGreaterThan(50_000);
  }

  @Test
  void theOrderOfEntriesHasNoMeaning() {
    assertThat(decode("21 0b 0002 2f61 0002 0001 61 01 01 0001 62 01 00"))
        .isEqualTo(decode("21 0b 0002 2f61 0002 0001 62 01 00 0001 61 01 01"));
  }

  @Test
  void optionsWithoutAnyOptionAreNone() {
    Message without = new SubscribeMessage(1, "/a", Set.of(), null);
    Message empty =
        new SubscribeMessage(1, "/a", Set.of(), new SubscribeOptions(null, null, null, null));

    assertThat(Frame.of(empty)).isEqualTo(Frame.of(without));
    assertThat(Frame.of(empty).message()).isEqualTo(without);
  }

  @Test
  void aRateNeedsFourBytes() {
    assertThat(((PublishMessage) decode("20 20 0002 2f61 00 0102 03")).rate()).isNull();
    assertThat(((PublishMessage) decode("20 20 0002 2f61 00 0000 003c")).rate()).isEqualTo(60);
  }

  @Test
  void emptyTokensAreNone() {
    assertThat(new HelloMessage(1, Set.of(), "n", ""))
        .isEqualTo(new HelloMessage(1, Set.of(), "n", null));
    assertThat(decode("01 01 00 0001 6e 0000")).isEqualTo(new HelloMessage(1, Set.of(), "n", null));
  }

  private static Message decode(String payload) {
    return FrameDecoder.decode(Frames.ofPayload(payload));
  }

  private static byte[] payload(Message message) {
    byte[] frame = Frame.of(message).toByteArray();
    return Arrays.copyOfRange(frame, FrameFormat.HEADER_BYTES, frame.length);
  }
}

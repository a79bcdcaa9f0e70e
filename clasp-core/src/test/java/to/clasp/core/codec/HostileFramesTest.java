package to.clasp.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Payloads made to crash a decoder: by depth, by counts that are not borne out, by repetition. */
class HostileFramesTest {

  private static final int MAX = FrameFormat.MAX_PAYLOAD_BYTES;

  @Test
  void deepArraysAreRefused() {
    assertRefused(filled("210a00022f61", "00010a"), "SET.value");
  }

  @Test
  void deepMapsAreRefused() {
    assertRefused(filled("210b00022f61", "000100000b"), "SET.value");
  }

  @Test
  void deepBundlesAreRefused() {
    // Each slice claims as much as is left when the length is read.
    byte[] payload = new byte[MAX];
    for (int i = 0; i + 6 <= MAX; i += 6) {
      int inner = MAX - i - 6;
      byte[] head = {0x30, 0, 0, 1, (byte) (inner >> 8), (byte) inner};
      System.arraycopy(head, 0, payload, i, head.length);
    }
    assertRefused(payload, "BUNDLE");
  }

  @Test
  void deepLegacyPayloadsAreRefused() {
    assertRefused(filled("81a474797065", "91"), "legacy payload");
    assertRefused(filled("81a474797065", "81a161"), "legacy payload");
    assertRefused(filled("", "81"), "legacy payload");
  }

  @Test
  void countsAreNotBelieved() {
    assertRefused(filled("210a00022f61ffff", "0affff"), "SET.value");
    assertRefused(Arrays.copyOf(filled("23ffff", "00"), 100), "SNAPSHOT.params");
    assertRefused(Arrays.copyOf(filled("3000ffff", "00"), 100), "BUNDLE.count");
    assertRefused(Arrays.copyOf(filled("2040000002ffff", "00"), 100), "PUBLISH.samples");
    assertRefused(Arrays.copyOf(filled("040100000000ffff", "00"), 6), "FEDERATION_SYNC.flags");
    assertRefused(Arrays.copyOf(filled("dfffffffff", "a0"), 100), "legacy payload");
    assertRefused(Arrays.copyOf(filled("81a474797065ddffffffff", "c0"), 100), "legacy payload");
    assertRefused(Arrays.copyOf(filled("81a474797065dbffffffff", "61"), 100), "legacy payload");
    assertRefused(Arrays.copyOf(filled("81a474797065c6ffffffff", "61"), 100), "legacy payload");
  }

  @Test
  void countsInsideEachOtherAreNotBelieved() {
    // 64 arrays inside each other, each claiming all the bytes that follow it.
    byte[] payload = filled("210a00022f61", "00");
    int at = 6;
    for (int depth = 0; depth < 64; depth++) {
      int left = MAX - at - 2;
      payload[at++] = (byte) (left >> 8);
      payload[at++] = (byte) left;
      payload[at++] = 0x0A;
    }
    assertRefused(payload, "SET.value");
  }

  @Test
  void largeFlatMessagesAreRead() {
    byte[] nulls = filled("210a00022f61", "00");
    nulls[6] = (byte) ((MAX - 8) >> 8);
    nulls[7] = (byte) (MAX - 8);

    assertThat(FrameDecoder.decode(Frames.of(1, nulls, MAX))).isNotNull();
  }

  private static void assertRefused(byte[] payload, String field) {
    byte[] frame = Frames.of(1, payload, payload.length);
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> FrameDecoder.decode(frame))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field));
  }

  /** The largest payload that starts with one run of bytes and repeats another. */
  private static byte[] filled(String head, String repeated) {
    byte[] start = HexFormat.of().parseHex(head);
    byte[] pattern = HexFormat.of().parseHex(repeated);
    byte[] payload = Arrays.copyOf(start, MAX);
    for (int i = start.length; i < MAX; i++) {
      payload[i] = pattern[(i - start.length) % pattern.length];
    }
    return payload;
  }
}

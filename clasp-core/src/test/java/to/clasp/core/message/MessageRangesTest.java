package to.clasp.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageRangesTest {

  @Test
  void versionsTakeOneByte() {
    assertThat(new HelloMessage(255, Set.of(), "n", null).version()).isEqualTo(255);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HelloMessage(256, Set.of(), "n", null))
        .withMessageContaining("version must be 0 to 255, not 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WelcomeMessage(-1, Set.of(), 0, "s", "n", null));
  }

  @Test
  void errorCodesTakeTwoBytes() {
    assertThat(new ErrorMessage(65_535, "", null, null).code()).isEqualTo(65_535);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ErrorMessage(65_536, "", null, null))
        .withMessageContaining("error code must be 0 to 65535, not 65536");
    assertThatIllegalArgumentException().isThrownBy(() -> new ErrorMessage(-1, "", null, null));
  }

  @Test
  void lifetimesAreThoseThatTheWireCanSay() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ttl.sliding(0))
        .withMessageContaining("use never()");
    assertThatIllegalArgumentException().isThrownBy(() -> Ttl.absolute(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Ttl(Ttl.Mode.NEVER, 1));
    assertThat(Ttl.absolute(0).seconds()).isZero();
  }

  @Test
  void typesAreFoundByTheirCode() {
    for (MessageType type : MessageType.values()) {
      assertThat(MessageType.fromCode(type.code())).isEqualTo(type);
    }
    for (int code : new int[] {-1, 0, 0x05, 0x43, 0x62, 0xFF, 1_000}) {
      assertThat(MessageType.fromCode(code)).isNull();
    }
    assertThat(FederationOp.fromCode(0)).isNull();
    assertThat(FederationOp.fromCode(5)).isNull();
  }
}

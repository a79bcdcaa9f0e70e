package to.clasp.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkSecurityTest {

  private static final PeerKey ONE = PeerIdentity.generate().key();
  private static final PeerKey OTHER = PeerIdentity.generate().key();

  @Test
  void theCodeIsTheSameOnBothSides() {
    assertThat(new LinkSecurity("sha-256 AA", "sha-256 BB", null, null).code())
        .isEqualTo(new LinkSecurity("sha-256 BB", "sha-256 AA", null, null).code())
        .matches("\\d{5}( \\d{5}){5}");
    assertThat(new LinkSecurity("sha-256 AA", "sha-256 BB", ONE, OTHER).code())
        .isEqualTo(new LinkSecurity("sha-256 CC", "sha-256 DD", OTHER, ONE).code());
  }

  @Test
  void whoSitsInTheMiddleChangesIt() {
    String honest = new LinkSecurity("sha-256 AA", "sha-256 BB", null, null).code();

    assertThat(new LinkSecurity("sha-256 AA", "sha-256 MM", null, null).code())
        .isNotEqualTo(honest);
    assertThat(new LinkSecurity("sha-256 AA", "sha-256 BB", ONE, OTHER).code())
        .isNotEqualTo(honest);
  }
}

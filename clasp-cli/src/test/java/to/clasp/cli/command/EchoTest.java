package to.clasp.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EchoTest {

  @Test
  void answersThePeerAtTheOtherEndOfTheLink() {
    assertThat(Echo.answerTo("stage", "/peer/stage/echo/x/y", "desk"))
        .isEqualTo("/peer/desk/echo/x/y");
    assertThat(Echo.answerTo("stage", "/peer/stage/echo/desk/x", "desk"))
        .isEqualTo("/peer/desk/echo/desk/x");
  }

  @Test
  void answersThePeerThatTheAddressNamesWhenTheRouterBroughtIt() {
    assertThat(Echo.answerTo("stage", "/peer/stage/echo/desk/x", null))
        .isEqualTo("/peer/desk/echo/desk/x");
    assertThat(Echo.answerTo("stage", "/peer/stage/echo/desk", null))
        .isEqualTo("/peer/desk/echo/desk");
  }

  @Test
  void letsItsOwnComeHome() {
    assertThat(Echo.answerTo("desk", "/peer/desk/echo/desk/x", "stage")).isNull();
    assertThat(Echo.answerTo("desk", "/peer/desk/echo/desk", null)).isNull();
  }

  @Test
  void answersNothingElse() {
    assertThat(Echo.answerTo("stage", "/peer/stage/echoes/desk", "desk")).isNull();
    assertThat(Echo.answerTo("stage", "/peer/stage/echo", "desk")).isNull();
    assertThat(Echo.answerTo("stage", "/peer/other/echo/desk/x", "desk")).isNull();
  }
}

package to.clasp.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class InterruptibleInputTest {

  @Test
  void readsLineByLineInUtf8() throws Exception {
    byte[] bytes = "one\nzwölf\r\n\nlast".getBytes(StandardCharsets.UTF_8);
    try (InterruptibleInput input = new InterruptibleInput(new ByteArrayInputStream(bytes))) {
      assertThat(input.readLine()).isEqualTo("one");
      assertThat(input.readLine()).isEqualTo("zwölf");
      assertThat(input.readLine()).isEmpty();
      assertThat(input.readLine()).isEqualTo("last");
      assertThat(input.readLine()).isNull();
    }
  }

  @Test
  void canBeInterruptedWhileNothingComes() throws Exception {
    try (PipedOutputStream nobodyWrites = new PipedOutputStream();
        InterruptibleInput input = new InterruptibleInput(new PipedInputStream(nobodyWrites))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(input::readLine).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void saysThatTheInputCannotBeRead() {
    PipedInputStream broken = new PipedInputStream();
    try (InterruptibleInput input = new InterruptibleInput(broken)) {
      assertThatThrownBy(input::readLine)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("Pipe not connected");
    }
  }
}

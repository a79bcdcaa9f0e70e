package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/p2p.md} shows compiles, and is as short as it says. */
class P2PPageTest {

  private static final Path PAGE = Path.of("..", "docs", "p2p.md");

  private static final String FRAME =
      """
      import java.time.Duration;
      import java.util.concurrent.CompletableFuture;
      import to.clasp.client.*;
      import to.clasp.client.doctor.*;
      import to.clasp.core.value.Value;
      import to.clasp.transport.identity.*;
      import to.clasp.transport.peer.*;
      import to.clasp.transport.peer.PeerAdmission.Decision;

      final class Example {
        static void run(String router, Clasp client, ClaspP2P alone, P2P p2p, Peer stage)
            throws Exception {
      %s
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void everyBlockHasAtMostTenLinesAndCompiles() throws IOException {
    List<String> blocks = JavaSource.blocksOf(PAGE).toList();

    assertThat(blocks).hasSizeGreaterThanOrEqualTo(8);
    for (String block : blocks) {
      assertThat(block.lines().toList()).hasSizeLessThanOrEqualTo(10);
      JavaSource.compile(folder, "Example", FRAME.formatted(block));
    }
  }
}

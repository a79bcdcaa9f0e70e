package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README does what the page says: its own lines are compiled and run. */
class ReadmeExampleTest {

  private static final Path README = Path.of("..", "README.md");

  private static final String FRAME =
      """
      import java.util.concurrent.CompletableFuture;
      import to.clasp.client.Clasp;
      import to.clasp.client.Update;

      public final class Example {
        public static void run(java.net.URI router) throws Exception {
      %s
        }
      }
      """;

  @TempDir private Path folder;

  private static String example() throws IOException {
    return JavaSource.blocksOf(README).findFirst().orElseThrow();
  }

  @Test
  void hasAtMostTenLines() throws IOException {
    assertThat(example().lines()).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void compilesAndDoesWhatThePageSays() throws Exception {
    JavaSource source = JavaSource.compile(folder, "Example", FRAME.formatted(example()));

    try (TestRouter router = TestRouter.builder().start()) {
      assertThat(
              source.run(example -> example.getMethod("run", URI.class).invoke(null, router.uri())))
          .isEqualTo("sent by ROUTER%nheard 0.5 by ROUTER%n".formatted());
      router.embedded().ifPresent(own -> assertThat(own.stats().sessionsOpened()).isEqualTo(2));
    }
  }
}

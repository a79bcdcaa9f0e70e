package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import to.clasp.client.Clasp;

/** The example of the README does what the page says: its own lines are compiled and run. */
class ReadmeExampleTest {

  private static final Path README = Path.of("..", "README.md");

  private static final Pattern JAVA_BLOCK =
      Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

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
    Matcher block = JAVA_BLOCK.matcher(Files.readString(README));
    assertThat(block.find()).as("a block of Java in the README").isTrue();
    return block.group(1);
  }

  private void compile(String source) throws IOException {
    Path file = Files.writeString(folder.resolve("Example.java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("--release", "17", "-proc:none", "-Xlint:-options", "-cp", classPath),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
  }

  /** Runs the compiled example; what it prints. */
  private String run(URI router) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, Clasp.class.getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader.loadClass("Example").getMethod("run", URI.class).invoke(null, router);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void hasAtMostTenLines() throws IOException {
    assertThat(example().lines()).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void compilesAndDoesWhatThePageSays() throws Exception {
    compile(FRAME.formatted(example()));

    try (TestRouter router = TestRouter.builder().start()) {
      assertThat(run(router.uri())).isEqualTo("sent by ROUTER%nheard 0.5 by ROUTER%n".formatted());
      router.embedded().ifPresent(own -> assertThat(own.stats().sessionsOpened()).isEqualTo(2));
    }
  }
}

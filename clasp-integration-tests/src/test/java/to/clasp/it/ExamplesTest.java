package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each example is short, compiles, and does what it says when it is run without arguments. */
class ExamplesTest {

  private static final Path EXAMPLES = Path.of("..", "examples");

  @TempDir private Path folder;

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
    }
  }

  private String run(String name) throws Exception {
    String source = Files.readString(EXAMPLES.resolve(name + ".java"));
    return JavaSource.compile(folder, name, source)
        .run(
            example ->
                example.getMethod("main", String[].class).invoke(null, (Object) new String[0]));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void hasLessThanAHundredLinesAndACommandThatStartsIt(Path example) throws IOException {
    assertThat(Files.readAllLines(example)).hasSizeLessThan(100);
    String name = example.getFileName().toString().replace(".java", "");
    assertThat(Files.readString(Path.of("..", "bin", "clasp"))).contains("example=" + name + " ;;");
  }

  @Test
  void theFaderWallShowsEveryFaderOnEveryDisplay() throws Exception {
    String printed = run("FaderWall");

    assertThat(printed.lines()).hasSize(13).last().asString().contains("all 4 displays");
    for (int display = 1; display <= 4; display++) {
      assertThat(printed)
          .contains("display-" + display + " shows /fader/1 at ")
          .contains("display-" + display + " shows /fader/3 at ");
    }
  }

  @Test
  void theFileArrivesWhole() throws Exception {
    List<String> printed = run("FileTransfer").lines().toList();

    assertThat(printed.get(0)).isEqualTo("round 1: 64 pieces sent");
    assertThat(printed.get(printed.size() - 1)).isEqualTo("1048576 bytes arrived");
  }

  @Test
  void everybodyInTheMeshHearsEverybodyElse() throws Exception {
    List<String> printed = run("MeshChat").lines().toList();

    assertThat(printed)
        .contains("ann hears ben say hello", "eve hears ann say hello")
        .hasSize(7)
        .endsWith("everybody has heard everybody");
  }
}

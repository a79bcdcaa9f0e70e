package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each row of {@code docs/interop.md} names the test that tells whether it holds, and that test is
 * there: a class, a method, the title of a case, or a part of {@code interop/run}.
 */
class InteropPageTest {

  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs/interop.md");

  /** Some rows cannot have one, and say why. */
  private static final String NONE = "no test: ";

  private static final Pattern NAME =
      Pattern.compile(
          "`(?<type>[A-Z]\\w+)(?:\\.(?<of>\\w+))?`"
              + "|`(?<method>[a-z]\\w+)`"
              + "|`(?<script>[\\w-]+\\.test\\.js)`"
              + "|`interop/run (?<part>[\\w-]+)`"
              + "|`(?<command>bin/clasp) [^`]+`"
              + "|\"(?<title>[^\"…]+)…?\"");

  /** One row, and the class whose methods it names. */
  private record Row(String text, @Nullable String type) {}

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    String type = null;
    boolean inTable = false;
    for (String line : Files.readAllLines(PAGE)) {
      boolean row = line.startsWith("|");
      if (row && !inTable) {
        Matcher named = Pattern.compile("\\(`(\\w+)`\\) \\|$").matcher(line);
        type = named.find() ? named.group(1) : null;
      } else if (row && !line.startsWith("|-") && !line.startsWith("| -")) {
        rows.add(new Row(line, type));
      }
      inTable = row;
    }
    return rows;
  }

  @TestFactory
  Stream<DynamicTest> eachRowNamesATestThatIsThere() throws IOException {
    List<Row> rows = rows();
    assertThat(rows).hasSizeGreaterThan(50);
    return rows.stream().map(row -> DynamicTest.dynamicTest(row.text(), () -> check(row)));
  }

  @Test
  void theVersionsAreThoseThatArePinned() throws IOException {
    String page = Files.readString(PAGE);
    String crates = Files.readString(ROOT.resolve("interop/rust/Cargo.toml"));
    String packages = Files.readString(ROOT.resolve("interop/js/package.json"));
    assertThat(page)
        .contains("clasp-router " + pinned(crates, "clasp-router"))
        .contains("clasp-federation " + pinned(crates, "clasp-federation"))
        .contains("clasp-client " + pinned(crates, "clasp-client"))
        .contains("@clasp-to/core " + pinned(packages, "@clasp-to/core"))
        .contains("@roamhq/wrtc " + pinned(packages, "@roamhq/wrtc"));
  }

  private static String pinned(String manifest, String name) {
    Matcher version =
        Pattern.compile("\"?" + Pattern.quote(name) + "\"?[ :=]+[^\n]*?\"=?(\\d[\\d.]*)\"")
            .matcher(manifest);
    assertThat(version.find()).as(name).isTrue();
    return version.group(1);
  }

  private static void check(Row row) throws IOException {
    String cell = row.text().substring(row.text().lastIndexOf('|', row.text().length() - 2) + 2);
    if (cell.startsWith(NONE)) {
      return;
    }
    String source = row.type() == null ? "" : sourceOf(row.type());
    Matcher names = NAME.matcher(cell);
    assertThat(names.results()).as(cell).isNotEmpty();
    names.reset();
    while (names.find()) {
      if (names.group("type") != null) {
        source = sourceOf(names.group("type"));
        assertHasMethod(source, names.group("of"));
      } else if (names.group("method") != null) {
        assertHasMethod(source, names.group("method"));
      } else if (names.group("script") != null) {
        source = Files.readString(ROOT.resolve("interop/js/test").resolve(names.group("script")));
      } else if (names.group("part") != null) {
        assertThat(ROOT.resolve("interop/parts").resolve(names.group("part"))).exists();
      } else if (names.group("title") != null) {
        assertThat(source).contains(names.group("title").strip());
      }
    }
  }

  private static void assertHasMethod(String source, @Nullable String method) {
    if (method != null) {
      assertThat(source).contains("void " + method + "(");
    }
  }

  private static String sourceOf(String type) throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path tests : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            Path found =
                files.filter(file -> file.endsWith(type + ".java")).findFirst().orElse(null);
            if (found != null) {
              return Files.readString(found);
            }
          }
        }
      }
    }
    throw new AssertionError("there is no test " + type);
  }
}

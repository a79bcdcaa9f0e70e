package to.clasp.transport.webrtc.natives;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading the real library, each time in a JVM of its own. */
class ForkedJvmTest {

  @TempDir private Path directory;
  private Path temporary;
  private final Platform platform =
      Platform.of(System.getProperty("os.name"), System.getProperty("os.arch")).orElseThrow();

  @BeforeEach
  void setUp() throws IOException {
    temporary = Files.createDirectory(directory.resolve("temporary"));
  }

  @Test
  void linkWorksAndTheJvmEndsByItselfAndLeavesNothing() throws Exception {
    Outcome outcome = run(classPath(), temporary, Map.of());

    assertThat(outcome.lines()).contains("verdict: available", "received: a message", "disposed");
    assertThat(outcome.exitCode()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void linkWorksWithoutAnyOfTheLibrariesThatDataChannelsDoNotUse() throws Exception {
    assumeLinux();
    Path resources = Files.createDirectory(directory.resolve("resources"));
    List<String> missing = renameUnused(resources);
    assertThat(missing).hasSize(7);

    Outcome outcome =
        run(
            resources + File.pathSeparator + classPath(),
            temporary,
            Map.of(),
            missing.toArray(String[]::new));

    assertThat(outcome.lines()).contains("verdict: available", "received: a message", "disposed");
    assertThat(outcome.exitCode()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void missingLibraryThatIsNotKnownToBeUnusedIsNamed() throws Exception {
    assumeLinux();
    Path resources = Files.createDirectory(directory.resolve("resources"));
    renameUnused(resources);

    Outcome outcome = run(resources + File.pathSeparator + classPath(), temporary, Map.of());

    assertThat(outcome.verdict()).contains("Libpulse.so.0").contains("LibX11.so.6");
    assertThat(outcome.exitCode()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void environmentThatBindsAllFunctionsAtOnceIsNoticed() throws Exception {
    assumeLinux();
    Path resources = Files.createDirectory(directory.resolve("resources"));
    List<String> missing = renameUnused(resources);

    Outcome outcome =
        run(
            resources + File.pathSeparator + classPath(),
            temporary,
            Map.of("LD_BIND_NOW", "1"),
            missing.toArray(String[]::new));

    assertThat(outcome.verdict()).contains("LD_BIND_NOW").contains("unset it");
    assertThat(outcome.exitCode()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void missingArtifactIsNamed() throws Exception {
    Outcome outcome =
        run(classPathWithout("-" + platform.classifier() + ".jar"), temporary, Map.of());

    assertThat(outcome.verdict()).contains("with classifier " + platform.classifier());
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void missingTemporaryDirectoryIsReported() throws Exception {
    Outcome outcome = run(classPath(), directory.resolve("absent"), Map.of());

    assertThat(outcome.verdict()).contains("absent").contains("-Djava.io.tmpdir=DIR");
    assertThat(outcome.exitCode()).isZero();
  }

  private void assumeLinux() {
    assumeTrue(platform.machine() != null, "Linux only");
  }

  /**
   * Writes a copy of the native library that needs libraries which exist nowhere, in place of those
   * that data channels do not use.
   *
   * @return their names
   */
  private List<String> renameUnused(Path target) throws Exception {
    var source = Objects.requireNonNull(new Host.Real().resource(platform.resource()));
    String content;
    try (InputStream in = source.open()) {
      content = new String(in.readAllBytes(), ISO_8859_1);
    }
    List<String> renamed = new ArrayList<>();
    for (String soname : ElfDependencies.read(source).needed()) {
      if (!SystemLibrary.of(soname).usedByDataChannels()) {
        String other = "L" + soname.substring(1);
        content = content.replace("\0" + soname + "\0", "\0" + other + "\0");
        renamed.add(other);
      }
    }
    Path file = target.resolve(platform.resource());
    Files.write(file, content.getBytes(ISO_8859_1));
    assertThat(ElfDependencies.read(() -> Files.newInputStream(file)).needed())
        .containsAll(renamed);
    return renamed;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  private static String classPathWithout(String part) {
    return Arrays.stream(classPath().split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains(part))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Outcome run(
      String classPath, Path temporary, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath,
                ForkedLink.class.getName()));
    command.addAll(Arrays.asList(arguments));
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Outcome(process.exitValue(), Files.readAllLines(output));
  }

  private record Outcome(int exitCode, List<String> lines) {

    String verdict() {
      return lines.stream()
          .filter(line -> line.startsWith("verdict: "))
          .findFirst()
          .orElseThrow(() -> new AssertionError(lines));
    }
  }
}

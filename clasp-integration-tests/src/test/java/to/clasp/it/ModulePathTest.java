package to.clasp.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The artifacts work as modules, and offer the same on the module path as on the class path. */
class ModulePathTest {

  private static final List<Path> CLASS_PATH =
      Arrays.stream(
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                  .split(File.pathSeparator, -1))
          .map(Path::of)
          .toList();

  /** The artifacts of this project, and what they need; no test libraries. */
  private static List<Path> modulePath() {
    return CLASS_PATH.stream()
        .filter(
            path ->
                ModuleFinder.of(path).findAll().stream()
                    .map(ModuleReference::descriptor)
                    .anyMatch(ModulePathTest::isNeeded))
        .toList();
  }

  private static boolean isNeeded(ModuleDescriptor module) {
    String name = module.name();
    if (module.isAutomatic()) {
      return name.startsWith("io.github.resilience4j")
          || name.startsWith("micrometer.")
          || name.equals("okio")
          || name.startsWith("webrtc.linux.");
    }
    return !name.startsWith("org.junit") && !name.startsWith("org.assertj");
  }

  @ParameterizedTest
  @ValueSource(strings = {"to.clasp.transport.ws", "to.clasp.transport.webrtc", "to.clasp.hybrid"})
  void offersTheSameServicesBothWays(String name) throws IOException {
    ModuleReference module =
        ModuleFinder.of(CLASS_PATH.toArray(Path[]::new)).find(name).orElseThrow();
    TreeMap<String, List<String>> services = new TreeMap<>();
    try (ModuleReader reader = module.open()) {
      for (ModuleDescriptor.Provides provides : module.descriptor().provides()) {
        String file = "META-INF/services/" + provides.service();
        ByteBuffer bytes = reader.read(file).orElseThrow(() -> new AssertionError("no " + file));
        services.put(
            provides.service(), StandardCharsets.UTF_8.decode(bytes).toString().lines().toList());
        reader.release(bytes);
      }
      assertThat(reader.list().filter(file -> file.matches("META-INF/services/.+")))
          .hasSameSizeAs(services.keySet());
    }

    assertThat(services).isNotEmpty();
    assertThat(services)
        .isEqualTo(
            module.descriptor().provides().stream()
                .collect(
                    Collectors.toMap(
                        ModuleDescriptor.Provides::service, ModuleDescriptor.Provides::providers)));
  }

  @Test
  void carriesAndCountsAValueOnTheModulePath() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--module-path",
            modulePath().stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator)),
            "--add-modules",
            "to.clasp.client,to.clasp.hybrid,to.clasp.micrometer,to.clasp.router,"
                + "to.clasp.transport.ws,to.clasp.transport.webrtc",
            "-cp",
            Path.of(
                    ModulePathProgram.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString(),
            ModulePathProgram.class.getName()));

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    try {
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output.lines())
        .contains(
            "module to.clasp.client", "module to.clasp.micrometer", "heard 0.5", "connected 1.0");
  }
}

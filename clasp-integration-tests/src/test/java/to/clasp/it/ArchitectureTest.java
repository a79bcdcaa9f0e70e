package to.clasp.it;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Keeps the dependencies of the modules pointing one way, and the rules of the house that a machine
 * can check. Reads what the build has compiled, module by module.
 */
class ArchitectureTest {

  /** A module, the packages of its own, and the modules and libraries that it may see. */
  @SuppressWarnings("ImmutableEnumChecker") // Set.of and List.of are immutable
  private enum Module {
    CORE("clasp-core", "to.clasp.core", Set.of()),
    TRANSPORT_API(
        "clasp-transport-api",
        "to.clasp.transport",
        Set.of(CORE),
        "com.google.gson",
        "javax.net",
        "org.slf4j"),
    TESTKIT(
        "clasp-testkit",
        "to.clasp.testkit",
        Set.of(CORE, TRANSPORT_API),
        "com.google.gson",
        "org.junit.jupiter.api",
        "org.opentest4j",
        "org.slf4j"),
    TRANSPORT_WS(
        "clasp-transport-ws",
        "to.clasp.transport.ws",
        Set.of(CORE, TRANSPORT_API),
        "javax.net",
        "jdk.net",
        "kotlin",
        "okhttp3",
        "okio",
        "org.slf4j"),
    TRANSPORT_WEBRTC(
        "clasp-transport-webrtc",
        "to.clasp.transport.webrtc",
        Set.of(CORE, TRANSPORT_API),
        "com.google.gson",
        "dev.onvoid.webrtc",
        "org.slf4j"),
    HYBRID(
        "clasp-hybrid",
        "to.clasp.hybrid",
        Set.of(CORE, TRANSPORT_API),
        "io.github.resilience4j",
        "org.slf4j"),
    CLIENT("clasp-client", "to.clasp.client", Set.of(CORE, TRANSPORT_API), "org.slf4j"),
    MICROMETER(
        "clasp-micrometer",
        "to.clasp.micrometer",
        Set.of(CORE, TRANSPORT_API, CLIENT),
        "io.micrometer.core"),
    ROUTER(
        "clasp-embedded-router",
        "to.clasp.router",
        Set.of(CORE, TRANSPORT_API),
        "org.eclipse.jetty",
        "org.slf4j"),
    CLI(
        "clasp-cli",
        "to.clasp.cli",
        Set.of(
            CORE, TRANSPORT_API, TESTKIT, TRANSPORT_WS, TRANSPORT_WEBRTC, HYBRID, CLIENT, ROUTER),
        "com.google.gson",
        "com.sun.net.httpserver",
        "org.slf4j",
        "picocli"),
    BENCHMARKS(
        "clasp-benchmarks",
        "to.clasp.benchmarks",
        Set.of(
            CORE, TRANSPORT_API, TESTKIT, TRANSPORT_WS, TRANSPORT_WEBRTC, HYBRID, CLIENT, ROUTER),
        "com.google.gson",
        "com.sun.management",
        // What ours is compared with.
        "dev.onvoid.webrtc",
        "kotlin",
        "okhttp3",
        "okio",
        "org.eclipse.jetty",
        "org.openjdk.jmh",
        "org.slf4j",
        "picocli");

    private final String directory;
    private final String rootPackage;
    private final Set<Module> sees;
    private final List<String> libraries;

    Module(String directory, String rootPackage, Set<Module> sees, String... libraries) {
      this.directory = directory;
      this.rootPackage = rootPackage;
      this.sees = sees;
      this.libraries = List.of(libraries);
    }

    private Path path(String relative) {
      return ROOT.resolve(directory).resolve(relative);
    }

    /** Whether the module has code: descriptors and package comments alone are none. */
    private boolean hasSources(String relative) {
      Path sources = path(relative);
      if (!Files.isDirectory(sources)) {
        return false;
      }
      try (Stream<Path> files = Files.walk(sources)) {
        return files.anyMatch(
            file ->
                file.toString().endsWith(".java")
                    && !file.endsWith("module-info.java")
                    && !file.endsWith("package-info.java"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  /** Where JMH puts what it makes of benchmarks. */
  private static final String GENERATED = "jmh_generated";

  private static final Map<Module, JavaClasses> MAIN = importAll("target/classes");
  private static final Map<Module, JavaClasses> TESTS = importAll("target/test-classes");

  private static final ArchRule NEVER_SLEEP =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(assignableTo(Thread.class)))
                  .or(target(owner(assignableTo(TimeUnit.class))))
                  .and(target(nameMatching("sleep"))))
          .because("one waits for the event, or moves the clock");

  private static Map<Module, JavaClasses> importAll(String relative) {
    Map<Module, JavaClasses> imported = new EnumMap<>(Module.class);
    for (Module module : Module.values()) {
      imported.put(
          module,
          new ClassFileImporter()
              .withImportOption(location -> !location.contains(GENERATED))
              .importPaths(module.path(relative)));
    }
    return imported;
  }

  private static JavaClasses mainClassesOf(Module module) {
    assumeTrue(module.hasSources("src/main/java"), module.directory + " has no code yet");
    return MAIN.get(module);
  }

  @Test
  void knowsEveryModule() throws IOException {
    try (Stream<Path> directories = Files.list(ROOT)) {
      Set<String> withPom =
          directories
              .filter(directory -> Files.isRegularFile(directory.resolve("pom.xml")))
              .map(directory -> directory.getFileName().toString())
              .filter(name -> !name.equals("clasp-bom") && !name.equals("clasp-integration-tests"))
              .collect(toSet());
      assertThat(withPom)
          .isEqualTo(Stream.of(Module.values()).map(module -> module.directory).collect(toSet()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsTheClassesOfEveryModuleWithCode(Module module) {
    assertThat(hasCode(MAIN.get(module)))
        .as("compiled main classes of %s", module.directory)
        .isEqualTo(module.hasSources("src/main/java"));
    assertThat(hasCode(TESTS.get(module)))
        .as("compiled test classes of %s", module.directory)
        .isEqualTo(module.hasSources("src/test/java"));
  }

  private static boolean hasCode(JavaClasses imported) {
    return imported.stream().anyMatch(type -> !type.getSimpleName().equals("package-info"));
  }

  @ParameterizedTest
  @EnumSource
  void keepsToItsPackages(Module module) {
    classes().should().resideInAPackage(module.rootPackage + "..").check(mainClassesOf(module));
  }

  @ParameterizedTest
  @EnumSource
  void seesOnlyWhatItMay(Module module) {
    dependencyRule(module).check(mainClassesOf(module));
  }

  private static ArchRule dependencyRule(Module module) {
    List<String> packages = new ArrayList<>(List.of("java..", "org.jspecify.."));
    packages.addAll(module.libraries.stream().map(library -> library + "..").toList());
    Set<String> siblings =
        Stream.concat(Stream.of(module), module.sees.stream())
            .flatMap(seen -> MAIN.get(seen).stream())
            .map(JavaClass::getFullName)
            .collect(toSet());
    return classes()
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.describe(
                "are its own, of " + module.sees + " or in " + packages,
                type ->
                    siblings.contains(type.getBaseComponentType().getFullName())
                        || type.getBaseComponentType().isPrimitive()
                        || JavaClass.Predicates.resideInAnyPackage(packages.toArray(String[]::new))
                            .test(type.getBaseComponentType())));
  }

  @ParameterizedTest
  @EnumSource
  void hasNoCyclesOfPackages(Module module) {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public String getDescription() {
                return "packages";
              }

              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName());
              }
            })
        .should()
        .beFreeOfCycles()
        .check(mainClassesOf(module));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"CLI", "BENCHMARKS"})
  void writesNothingToTheConsole(Module module) {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(mainClassesOf(module));
  }

  @ParameterizedTest
  @EnumSource
  void neverSleeps(Module module) {
    NEVER_SLEEP.check(mainClassesOf(module));
  }

  @ParameterizedTest
  @EnumSource
  void hasTestsThatNeverSleep(Module module) {
    assumeTrue(module.hasSources("src/test/java"), module.directory + " has no tests yet");
    NEVER_SLEEP.check(TESTS.get(module));
  }

  @Test
  void hasEndToEndTestsThatNeverSleep() {
    NEVER_SLEEP.check(new ClassFileImporter().importPaths(Path.of("target", "test-classes")));
  }

  @Test
  void wouldNoticeAClassThatSleeps() {
    JavaClasses sleeper = new ClassFileImporter().importClasses(TimeUnit.class);
    assertThatThrownBy(() -> NEVER_SLEEP.check(sleeper)).isInstanceOf(AssertionError.class);
  }
}

package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import to.clasp.transport.spi.Availability;

/** What the loader decides on machines of all kinds. */
class NativeLibraryTest {

  @TempDir private Path home;
  private Path temporary;
  private FakeHost host;

  @BeforeEach
  void setUp() throws IOException {
    temporary = Files.createDirectory(home.resolve("temporary"));
    host = new FakeHost(temporary);
  }

  @AfterEach
  void nothingIsLeftInTheTemporaryDirectory() throws IOException {
    try (var files = Files.list(temporary)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void loadsOnACompleteMachine() {
    host.needed = List.of("libX11.so.6", "libc.so.6");
    host.installed.add("libX11.so.6");

    assertThat(load()).isEqualTo(Availability.AVAILABLE);
    assertThat(host.initialized).isTrue();
    assertThat(host.loaded).as("nothing stands in").doesNotContain("libX11.so.6", "libc.so.6");
  }

  @Test
  void emptyLibrariesStandInForThoseThatDataChannelsDoNotUse() {
    host.needed = List.of("libpulse.so.0", "libX11.so.6", "libdbus-1.so.3", "libc.so.6");
    host.installed.add("libX11.so.6");

    assertThat(load()).isEqualTo(Availability.AVAILABLE);
    assertThat(host.loaded)
        .contains("libpulse.so.0", "libdbus-1.so.3")
        .doesNotContain("libX11.so.6", "libc.so.6");
  }

  @ParameterizedTest
  @CsvSource({
    "libstdc++.so.6, libstdc++.so.6 (Debian package libstdc++6)",
    "libm.so.6, libm.so.6 (Debian package libc6)",
    "libgcc_s.so.1, libgcc_s.so.1 (Debian package libgcc-s1)",
    "libunheard-of.so.9, libunheard-of.so.9"
  })
  void missingLibraryThatMayBeUsedIsNamedAndNotReplaced(String soname, String named) {
    host.installed.remove(soname);
    host.needed = List.of("libpulse.so.0", soname);

    assertThat(load().reason()).endsWith("do not load; install " + named);
    assertThat(host.initialized).isFalse();
    assertThat(host.loaded).doesNotContain(soname, "libpulse.so.0");
  }

  @Test
  void libraryThatIsThereButDoesNotLoadIsNamedAndNotReplaced() {
    host.needed = List.of("libX11.so.6");
    host.installed.add("libX11 without libxcb");

    assertThat(load().reason())
        .endsWith(
            "libX11.so.6 (Debian package libx11-6), which is there but does not load:"
                + " libxcb.so.1: cannot open shared object file");
    assertThat(host.loaded).doesNotContain("libX11.so.6");
  }

  @Test
  void nothingStandsInWhenAllFunctionsAreBoundAtOnce() {
    host.needed = List.of("libpulse.so.0", "libudev.so.1");
    host.variables.put("LD_BIND_NOW", "1");

    assertThat(load().reason())
        .contains("LD_BIND_NOW")
        .contains(
            "install libpulse.so.0 (Debian package libpulse0), libudev.so.1 (Debian package"
                + " libudev1)");
    assertThat(host.initialized).isFalse();
  }

  @Test
  void refusedStandInIsReported() {
    host.needed = List.of("libpulse.so.0");
    host.refusedStandIn = "libpulse.so.0";

    assertThat(load().reason()).contains("file too short").contains("libpulse0");
  }

  @Test
  void standInThatTheDynamicLoaderIgnoresIsReported() {
    host.needed = List.of("libpulse.so.0");
    host.standInsIgnored = true;

    assertThat(load().reason()).contains("takes no empty one").contains("libpulse0");
    assertThat(host.initialized).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/lib/ld-musl-x86_64.so.1", "/lib/libc.musl-x86_64.so.1"})
  void muslIsToldFromGlibc(String mapped) {
    host.mapped = mapped;

    assertThat(load().reason()).contains("musl (Alpine)").contains("glibc");
    assertThat(host.loaded).isEmpty();
  }

  @Test
  void machineWithoutProcFileSystemIsTakenForGlibc() {
    host.mapped = null;

    assertThat(load()).isEqualTo(Availability.AVAILABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, arm",
    "Linux, riscv64",
    "Linux, x86",
    "Windows 11, aarch64",
    "FreeBSD, amd64",
    "SunOS, sparcv9"
  })
  void platformWithoutLibraryIsNamed(String os, String arch) {
    host.properties.put("os.name", os);
    host.properties.put("os.arch", arch);

    assertThat(load().reason())
        .isEqualTo("no native library of WebRTC is published for " + os + " on " + arch);
  }

  @Test
  void androidIsNoLinux() {
    host.properties.put("java.vendor", "The Android Project");
    host.properties.put("os.arch", "aarch64");

    assertThat(load().reason()).contains("Android on aarch64");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, x86_64, macos-x86_64",
    "Mac OS X, aarch64, macos-aarch64",
    "Windows Server 2022, amd64, windows-x86_64"
  })
  void missingArtifactIsNamed(String os, String arch, String classifier) {
    host.properties.put("os.name", os);
    host.properties.put("os.arch", arch);
    host.artifact = false;

    assertThat(load().reason())
        .contains("add dev.onvoid.webrtc:webrtc-java with classifier " + classifier)
        .contains("--add-modules webrtc." + classifier.replace('-', '.'));
  }

  @Test
  void missingClassesAreNamed() {
    host.classes = false;

    assertThat(load().reason()).endsWith("add dev.onvoid.webrtc:webrtc-java");
  }

  @Test
  void elsewhereThanOnLinuxNothingIsExamined() {
    host.properties.put("os.name", "Mac OS X");
    host.refusal = "would be refused";

    assertThat(load()).isEqualTo(Availability.AVAILABLE);
    assertThat(host.loaded).isEmpty();
  }

  @Test
  void temporaryDirectoryThatCannotBeWrittenToIsReported() {
    host.writable = false;

    assertThat(load().reason()).contains("Read-only file system").contains("-Djava.io.tmpdir=DIR");
  }

  @Test
  void temporaryDirectoryThatForbidsExecutionIsReported() {
    host.refusal = "failed to map segment from shared object";

    assertThat(load().reason())
        .contains(temporary + " forbids execution")
        .contains("(failed to map segment from shared object)")
        .contains("-Djava.io.tmpdir=DIR");
    assertThat(host.initialized).isFalse();
  }

  @Test
  void javaThatForbidsNativeAccessIsReported() {
    host.forbidden = new IllegalCallerException("Illegal native access from module x");

    assertThat(load().reason()).contains("--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void javaThatForbidsNativeAccessToTheOtherModuleIsReported() {
    host.initialization = new IllegalCallerException("Illegal native access from webrtc.java");

    assertThat(load().reason()).contains("--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void errorOfTheLibraryItselfIsReportedAndItsFileRemoved() throws IOException {
    Path unpacked = Files.createFile(temporary.resolve("libwebrtc-java-linux-x86_641234.so"));
    Path other = Files.createFile(temporary.resolve("libwebrtc-java-linux-x86_645678.so"));
    host.initialization =
        new UnsatisfiedLinkError(unpacked + ": version `GLIBC_2.18' not found (required by x)");

    assertThat(load().reason()).contains("version `GLIBC_2.18' not found");
    assertThat(unpacked).doesNotExist();
    assertThat(other).as("of another process").exists();
    Files.delete(other);
  }

  @Test
  void fullDiskIsReported() {
    host.initialization =
        new ExceptionInInitializerError(
            new IllegalStateException(
                "Load library 'webrtc-java' failed", new IOException("No space left on device")));

    assertThat(load().reason())
        .contains("No space left on device")
        .contains("-Djava.io.tmpdir=DIR");
  }

  @Test
  void errorWithoutMessageIsReported() {
    host.initialization = new NoClassDefFoundError();

    assertThat(load().reason()).contains("NoClassDefFoundError");
  }

  @Test
  void missingWindowsComponentIsNamed() {
    host.properties.put("os.name", "Windows Server 2022");
    host.initialization = new UnsatisfiedLinkError("C:\\x.dll: Can't find dependent libraries");

    assertThat(load().reason()).endsWith("install Media Foundation");
  }

  @Test
  void defectOfOursIsAReasonToo() {
    host.forbidden = new ArithmeticException("a defect");

    assertThat(load().reason()).contains("ArithmeticException: a defect");
  }

  private Availability load() {
    return NativeRuntime.load(new NativeLibrary(host));
  }
}

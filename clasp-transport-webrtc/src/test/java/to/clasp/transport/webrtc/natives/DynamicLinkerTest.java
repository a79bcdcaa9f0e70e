package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import to.clasp.transport.webrtc.natives.DynamicLinker.Presence;

/** The files that we write, before the dynamic loader of this machine. */
class DynamicLinkerTest {

  @TempDir private Path directory;
  private DynamicLinker linker;

  @BeforeEach
  void onLinux() {
    ElfMachine machine = machine();
    assumeTrue(machine != null, "Linux only");
    linker = new DynamicLinker(Objects.requireNonNull(machine), directory, LibraryLoader.SYSTEM);
  }

  private static @Nullable ElfMachine machine() {
    return Platform.of(System.getProperty("os.name"), System.getProperty("os.arch"))
        .map(Platform::machine)
        .orElse(null);
  }

  @Test
  void emptyLibraryLoads() throws IOException {
    assertThat(linker.refusal()).isNull();
  }

  @Test
  void libraryOfTheSystemIsPresent() throws IOException {
    assertThat(linker.find("libc.so.6")).isEqualTo(Presence.PRESENT);
  }

  @Test
  void libraryThatIsNowhereIsMissingUntilAnotherStandsIn() throws IOException {
    String soname = "libclasp-" + UUID.randomUUID() + ".so.1";

    assertThat(linker.find(soname)).isEqualTo(Presence.MISSING);
    assertThat(linker.standIn(soname)).isNull();
    assertThat(linker.find(soname)).isEqualTo(Presence.PRESENT);
  }

  @Test
  void everyLibraryThatDataChannelsDoNotUseCanBeStoodInFor() throws IOException {
    for (String soname :
        new String[] {
          "libpulse.so.0",
          "libudev.so.1",
          "libX11.so.6",
          "libXfixes.so.3",
          "libXrandr.so.2",
          "libXcomposite.so.1",
          "libdbus-1.so.3"
        }) {
      assertThat(SystemLibrary.of(soname).usedByDataChannels()).as(soname).isFalse();
      // By another name, so that the real one is left alone in this process.
      String name = "libclasp-" + UUID.randomUUID() + "-" + soname;
      assertThat(linker.standIn(name)).as(soname).isNull();
      assertThat(linker.find(name)).as(soname).isEqualTo(Presence.PRESENT);
    }
  }

  @Test
  void libraryWhoseOwnDependencyIsMissingIsBroken() throws IOException {
    // The dynamic loader finds a dependency that has a slash in its name by its path.
    Path broken = directory.resolve("libbroken.so.1");
    String missing = "libclasp-" + UUID.randomUUID() + ".so.1";
    ElfMachine machine = Objects.requireNonNull(machine());
    Files.write(broken, ElfWriter.sharedObject(machine, "libbroken.so.1", List.of(missing)));

    Presence presence = linker.find(broken.toString());

    assertThat(presence.state()).isEqualTo(Presence.State.BROKEN);
    assertThat(presence.detail()).startsWith(missing + ": ");
    Files.delete(broken);
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    linker.refusal();
    linker.find("libc.so.6");
    linker.find("libclasp-" + UUID.randomUUID() + ".so.1");
    linker.standIn("libclasp-" + UUID.randomUUID() + ".so.1");

    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }
}

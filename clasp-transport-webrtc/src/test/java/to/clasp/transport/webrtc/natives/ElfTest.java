package to.clasp.transport.webrtc.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared objects that we write, and what is read from those that others wrote. */
class ElfTest {

  private static final List<String> NEEDED = List.of("libfirst.so.1", "libsecond.so.2");

  @ParameterizedTest
  @EnumSource(ElfMachine.class)
  void whatIsWrittenReadsBack(ElfMachine machine) throws IOException {
    byte[] file = ElfWriter.sharedObject(machine, "libname.so.3", NEEDED);

    assertThat(read(file)).isEqualTo(new ElfDependencies(machine.code(), "libname.so.3", NEEDED));
  }

  @Test
  void libraryWithoutDependenciesHasNone() throws IOException {
    byte[] file = ElfWriter.sharedObject(ElfMachine.X86_64, "libname.so.3", List.of());

    assertThat(read(file).needed()).isEmpty();
  }

  @Test
  void stackIsNotExecutable() {
    ByteBuffer file =
        ByteBuffer.wrap(ElfWriter.sharedObject(ElfMachine.X86_64, "libname.so.3", NEEDED))
            .order(ByteOrder.LITTLE_ENDIAN);

    int entries = file.getShort(56);
    boolean found = false;
    for (int i = 0; i < entries; i++) {
      int at = 64 + i * 56;
      if (file.getInt(at) == 0x6474e551) {
        found = true;
        assertThat(file.getInt(at + 4)).as("flags: read and write").isEqualTo(6);
      }
    }
    assertThat(found).as("a segment says so").isTrue();
  }

  @Test
  void segmentsAreAlignedForTheLargestPages() {
    ByteBuffer file =
        ByteBuffer.wrap(ElfWriter.sharedObject(ElfMachine.AARCH64, "libname.so.3", NEEDED))
            .order(ByteOrder.LITTLE_ENDIAN);

    for (int at = 64; at < 64 + 2 * 56; at += 56) {
      assertThat(file.getInt(at)).as("PT_LOAD").isEqualTo(1);
      assertThat(file.getLong(at + 48)).isEqualTo(0x10000);
      assertThat((file.getLong(at + 16) - file.getLong(at + 8)) % 0x10000).isZero();
    }
    long firstPage = file.getLong(64 + 16) / 0x10000;
    long secondPage = file.getLong(64 + 56 + 16) / 0x10000;
    assertThat(secondPage).isNotEqualTo(firstPage);
  }

  @ParameterizedTest
  @EnumSource(
      value = Platform.class,
      names = {"LINUX_X86_64", "LINUX_AARCH64"})
  void dependenciesOfThePublishedLibraryAreAllKnown(Platform platform) throws Exception {
    var library = Objects.requireNonNull(new Host.Real().resource(platform.resource()));

    ElfDependencies dependencies = ElfDependencies.read(library);

    assertThat(dependencies.machine()).isEqualTo(Objects.requireNonNull(platform.machine()).code());
    assertThat(dependencies.soname()).isEqualTo(platform.resource());
    assertThat(dependencies.needed())
        .contains("libpulse.so.0", "libX11.so.6", "libc.so.6")
        .allSatisfy(soname -> assertThat(SystemLibrary.of(soname).debianPackage()).isNotNull());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 63, 64, 200, 300})
  void truncatedFileIsRefused(int length) {
    byte[] file = ElfWriter.sharedObject(ElfMachine.X86_64, "libname.so.3", NEEDED);

    assertThatThrownBy(() -> read(Arrays.copyOf(file, length))).isInstanceOf(IOException.class);
  }

  @Test
  void otherKindsOfFileAreRefused() {
    byte[] elf32 = ElfWriter.sharedObject(ElfMachine.X86_64, "libname.so.3", NEEDED);
    elf32[4] = 1;
    byte[] bigEndian = ElfWriter.sharedObject(ElfMachine.X86_64, "libname.so.3", NEEDED);
    bigEndian[5] = 2;

    for (byte[] file : List.of(elf32, bigEndian, new byte[100])) {
      assertThatThrownBy(() -> read(file)).hasMessage("not a 64-bit little-endian ELF file");
    }
  }

  @Test
  void damagedFileIsReadOrRefusedAndNothingElse() {
    byte[] intact = ElfWriter.sharedObject(ElfMachine.X86_64, "libname.so.3", NEEDED);
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(20_261_124);
    for (int round = 0; round < 20_000; round++) {
      byte[] file = intact.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(read(file).needed()).hasSizeLessThanOrEqualTo(file.length / 16);
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }

  private static ElfDependencies read(byte[] file) throws IOException {
    return ElfDependencies.read(() -> new ByteArrayInputStream(file));
  }
}

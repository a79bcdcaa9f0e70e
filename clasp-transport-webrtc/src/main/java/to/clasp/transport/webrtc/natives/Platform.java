package to.clasp.transport.webrtc.natives;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The platforms for which a native library of webrtc-java is published. */
enum Platform {
  LINUX_X86_64("linux", "x86_64", "lib", ".so", ElfMachine.X86_64),
  LINUX_AARCH64("linux", "aarch64", "lib", ".so", ElfMachine.AARCH64),
  MACOS_X86_64("macos", "x86_64", "lib", ".dylib", null),
  MACOS_AARCH64("macos", "aarch64", "lib", ".dylib", null),
  WINDOWS_X86_64("windows", "x86_64", "", ".dll", null);

  private final String os;
  private final String arch;
  private final String prefix;
  private final String suffix;
  private final @Nullable ElfMachine machine;

  Platform(String os, String arch, String prefix, String suffix, @Nullable ElfMachine machine) {
    this.os = os;
    this.arch = arch;
    this.prefix = prefix;
    this.suffix = suffix;
    this.machine = machine;
  }

  /**
   * Finds the platform.
   *
   * @param osName system property {@code os.name}
   * @param osArch system property {@code os.arch}
   */
  static Optional<Platform> of(String osName, String osArch) {
    String name = osName.toLowerCase(Locale.ROOT);
    String arch =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "x86_64", "x86-64", "amd64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch64";
          default -> "";
        };
    for (Platform platform : values()) {
      String begin = platform.os.equals("macos") ? "mac os" : platform.os;
      if (name.startsWith(begin) && arch.equals(platform.arch)) {
        return Optional.of(platform);
      }
    }
    return Optional.empty();
  }

  /** Returns the classifier of the artifact that holds the library. */
  String classifier() {
    return os + "-" + arch;
  }

  /** Returns the automatic name of that artifact as a module. */
  String module() {
    return "webrtc." + os + "." + arch;
  }

  /** Returns the name of the resource that is the library. */
  String resource() {
    return prefix + "webrtc-java-" + classifier() + suffix;
  }

  /** Returns the architecture if libraries are ELF files, else null. */
  @Nullable ElfMachine machine() {
    return machine;
  }
}

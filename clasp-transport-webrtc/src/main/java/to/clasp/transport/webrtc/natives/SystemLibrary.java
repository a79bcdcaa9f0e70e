package to.clasp.transport.webrtc.natives;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A system library that the native library of WebRTC is linked against.
 *
 * @param soname the name that the dynamic loader knows it by
 * @param debianPackage the Debian package that has it, or null if we do not know the library
 * @param usedByDataChannels whether it must be there; true if we do not know
 */
record SystemLibrary(String soname, @Nullable String debianPackage, boolean usedByDataChannels) {

  /** Sound, screens and cameras: nothing of them is called when only data channels are used. */
  private static final Map<String, String> UNUSED =
      Map.of(
          "libpulse.so.0", "libpulse0",
          "libudev.so.1", "libudev1",
          "libX11.so.6", "libx11-6",
          "libXfixes.so.3", "libxfixes3",
          "libXrandr.so.2", "libxrandr2",
          "libXcomposite.so.1", "libxcomposite1",
          "libdbus-1.so.3", "libdbus-1-3");

  private static final Map<String, String> USED =
      Map.of("libstdc++.so.6", "libstdc++6", "libgcc_s.so.1", "libgcc-s1");

  private static final Set<String> GLIBC =
      Set.of("libm.so.6", "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1");

  /** Returns what we know of a library. */
  static SystemLibrary of(String soname) {
    String unused = UNUSED.get(soname);
    if (unused != null) {
      return new SystemLibrary(soname, unused, false);
    }
    String used = GLIBC.contains(soname) ? "libc6" : USED.get(soname);
    return new SystemLibrary(soname, used, true);
  }

  @Override
  public String toString() {
    return debianPackage == null ? soname : soname + " (Debian package " + debianPackage + ")";
  }
}

package to.clasp.transport.webrtc.natives;

import java.util.Map;
import java.util.Optional;

/**
 * What we know of system libraries that the native library of WebRTC is linked against.
 *
 * @param debianPackage the Debian package that has it
 * @param optional whether data channels work without it
 */
record SystemLibrary(String debianPackage, boolean optional) {

  /** Sound, screens and cameras: never called when only data channels are used. */
  private static final Map<String, SystemLibrary> KNOWN =
      Map.ofEntries(
          Map.entry("libpulse.so.0", new SystemLibrary("libpulse0", true)),
          Map.entry("libudev.so.1", new SystemLibrary("libudev1", true)),
          Map.entry("libX11.so.6", new SystemLibrary("libx11-6", true)),
          Map.entry("libXfixes.so.3", new SystemLibrary("libxfixes3", true)),
          Map.entry("libXrandr.so.2", new SystemLibrary("libxrandr2", true)),
          Map.entry("libXcomposite.so.1", new SystemLibrary("libxcomposite1", true)),
          Map.entry("libdbus-1.so.3", new SystemLibrary("libdbus-1-3", true)),
          Map.entry("libstdc++.so.6", new SystemLibrary("libstdc++6", false)),
          Map.entry("libgcc_s.so.1", new SystemLibrary("libgcc-s1", false)),
          Map.entry("libm.so.6", new SystemLibrary("libc6", false)),
          Map.entry("libc.so.6", new SystemLibrary("libc6", false)),
          Map.entry("ld-linux-x86-64.so.2", new SystemLibrary("libc6", false)),
          Map.entry("ld-linux-aarch64.so.1", new SystemLibrary("libc6", false)));

  /** Finds a library by the name that the dynamic loader knows it by. */
  static Optional<SystemLibrary> find(String soname) {
    return Optional.ofNullable(KNOWN.get(soname));
  }
}

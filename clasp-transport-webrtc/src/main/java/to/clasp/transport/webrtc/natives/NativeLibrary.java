package to.clasp.transport.webrtc.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.webrtc.natives.DynamicLinker.Presence;

/**
 * Gets the native library of webrtc-java into the process.
 *
 * <p>webrtc-java unpacks its library to the temporary directory and loads it by itself. On Linux
 * that library is linked against libraries for sound, screens and cameras, which servers and
 * containers lack and data channels never call. For each of those that is missing, an empty library
 * of its name is loaded first; the dynamic loader then takes the name for loaded. Functions are
 * bound on their first call, so nothing else is asked of it.
 */
final class NativeLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

  private static final String ARTIFACT = "dev.onvoid.webrtc:webrtc-java";
  private static final String CHOOSE_DIRECTORY =
      "; start Java with -Djava.io.tmpdir=DIR to choose another directory";

  private final Host host;

  NativeLibrary(Host host) {
    this.host = host;
  }

  /**
   * Loads the library.
   *
   * @throws NativeUnavailableException if it cannot be loaded; says why and what to do
   */
  void load() throws NativeUnavailableException {
    Platform platform = platform();
    var resource = host.resource(platform.resource());
    if (resource == null) {
      throw new NativeUnavailableException(
          "the native library of WebRTC for this platform is not on the class path; add "
              + ARTIFACT
              + " with classifier "
              + platform.classifier());
    }
    Path directory = temporaryDirectory();
    try {
      ElfMachine machine = platform.machine();
      if (machine != null) {
        refuseMusl();
        completeLinux(new DynamicLinker(machine, directory, host.loader()), directory, resource);
      }
      initialize(directory);
    } finally {
      remove(directory);
    }
  }

  private Platform platform() throws NativeUnavailableException {
    if (host.property("java.vm.vendor").contains("Android")) {
      throw new NativeUnavailableException("there is no native library of WebRTC for Android");
    }
    String os = host.property("os.name");
    String arch = host.property("os.arch");
    return Platform.of(os, arch)
        .orElseThrow(
            () ->
                new NativeUnavailableException(
                    "there is no native library of WebRTC for " + os + " on " + arch));
  }

  private Path temporaryDirectory() throws NativeUnavailableException {
    try {
      return host.newTemporaryDirectory();
    } catch (IOException e) {
      throw new NativeUnavailableException(
          "the temporary directory, where the native library of WebRTC is unpacked, cannot be"
              + " written to ("
              + e
              + ")"
              + CHOOSE_DIRECTORY,
          e);
    }
  }

  private void refuseMusl() throws NativeUnavailableException {
    Path maps = host.processMaps();
    try (Stream<String> lines = Files.lines(maps)) {
      if (lines.anyMatch(line -> line.contains("/ld-musl-") || line.contains("/libc.musl-"))) {
        throw new NativeUnavailableException(
            "the native library of WebRTC needs glibc, and this Java runs on musl (Alpine); use a"
                + " Java and an image based on glibc");
      }
    } catch (IOException e) {
      // Then the dynamic loader's answers decide.
      LOG.debug("Cannot read {}", maps, e);
    }
  }

  private void completeLinux(DynamicLinker linker, Path directory, ElfDependencies.Source library)
      throws NativeUnavailableException {
    try {
      String refusal = linker.refusal();
      if (refusal != null) {
        throw new NativeUnavailableException(
            "the temporary directory "
                + directory.getParent()
                + " forbids execution, and the native library of WebRTC is loaded from there ("
                + refusal
                + ")"
                + CHOOSE_DIRECTORY);
      }
      List<String> standIns = new ArrayList<>();
      List<String> faults = new ArrayList<>();
      for (String soname : ElfDependencies.read(library).needed()) {
        Presence presence = linker.find(soname);
        switch (presence.state()) {
          case PRESENT -> LOG.trace("{} is present", soname);
          case BROKEN -> faults.add(soname + " does not load (" + presence.detail() + ")");
          case MISSING -> {
            SystemLibrary known = SystemLibrary.find(soname).orElse(null);
            if (known == null || !known.optional()) {
              faults.add(
                  known == null
                      ? soname
                      : soname + " (Debian package " + known.debianPackage() + ")");
            } else {
              standIns.add(soname);
            }
          }
        }
      }
      if (!faults.isEmpty()) {
        throw new NativeUnavailableException(
            "the native library of WebRTC needs system libraries that are missing; install: "
                + String.join(", ", faults));
      }
      standIn(linker, standIns);
    } catch (IOException e) {
      throw new NativeUnavailableException(
          "the native library of WebRTC cannot be examined in "
              + directory.getParent()
              + " ("
              + e
              + ")"
              + CHOOSE_DIRECTORY,
          e);
    }
  }

  private void standIn(DynamicLinker linker, List<String> sonames)
      throws IOException, NativeUnavailableException {
    if (sonames.isEmpty()) {
      return;
    }
    String bindNow = host.variable("LD_BIND_NOW");
    if (bindNow != null && !bindNow.isEmpty()) {
      throw new NativeUnavailableException(
          "the environment variable LD_BIND_NOW makes the native library of WebRTC need libraries"
              + " that data channels do not use; unset it, or install the Debian packages "
              + packages(sonames));
    }
    for (String soname : sonames) {
      String refusal = linker.standIn(soname);
      if (refusal != null || linker.find(soname).state() != Presence.State.PRESENT) {
        throw new NativeUnavailableException(
            "no empty library could stand in for "
                + soname
                + " ("
                + refusal
                + "); install the Debian packages "
                + packages(sonames));
      }
    }
    LOG.info(
        "Empty libraries stand in for {}, which data channels do not use",
        String.join(", ", sonames));
  }

  private static String packages(List<String> sonames) {
    return String.join(
        ", ",
        sonames.stream()
            .flatMap(soname -> SystemLibrary.find(soname).stream())
            .map(SystemLibrary::debianPackage)
            .toList());
  }

  // Whatever goes wrong in foreign code ends here, as a reason that can be read.
  @SuppressWarnings("CatchThrowable")
  private void initialize(Path directory) throws NativeUnavailableException {
    try {
      host.initializeLibrary();
    } catch (ClassNotFoundException e) {
      throw new NativeUnavailableException(
          "webrtc-java is not on the class path; add " + ARTIFACT, e);
    } catch (Throwable e) {
      Throwable cause = rootCause(e);
      removeLeftover(directory.getParent(), cause.getMessage());
      throw new NativeUnavailableException(
          "the native library of WebRTC does not load (" + cause + ")" + hint(cause), e);
    }
  }

  private static String hint(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    if (text.contains("native-access")) {
      return "; start Java with --enable-native-access=ALL-UNNAMED";
    }
    if (text.contains("dependent libraries")) {
      return "; on Windows N and Windows Server install the Media Foundation feature";
    }
    return "";
  }

  private static Throwable rootCause(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** webrtc-java leaves its unpacked library behind when the dynamic loader refuses it. */
  private static void removeLeftover(@Nullable Path parent, @Nullable String message) {
    int end = message == null ? -1 : message.indexOf(": ");
    if (parent == null || message == null || end < 0) {
      return;
    }
    Path file = parent.resolve(Path.of(message.substring(0, end)).getFileName());
    if (file.getFileName().toString().contains("webrtc-java-")) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("Cannot remove {}", file, e);
      }
    }
  }

  private static void remove(Path directory) {
    try {
      Files.delete(directory);
    } catch (IOException e) {
      LOG.warn("Cannot remove {}", directory, e);
    }
  }
}

package to.clasp.transport.webrtc.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the native library of webrtc-java into the process. webrtc-java unpacks it to the temporary
 * directory and loads it by itself; what could go wrong there is found out before, because it
 * leaves its classes unusable and says little.
 */
final class NativeLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

  private static final String ARTIFACT = "dev.onvoid.webrtc:webrtc-java";
  private static final String CHOOSE_DIRECTORY =
      "; start Java with -Djava.io.tmpdir=DIR to choose another directory";
  private static final String ALLOW_NATIVE_ACCESS =
      "; start Java with --enable-native-access=ALL-UNNAMED, or with the names of the modules"
          + " to.clasp.transport.webrtc and webrtc.java";

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
    ElfMachine machine = platform.machine();
    if (machine != null && LinuxDependencies.isMusl(host)) {
      throw new NativeUnavailableException(
          "the native library of WebRTC needs glibc, and this Java runs on musl (Alpine); use a"
              + " Java and an image based on glibc");
    }
    ElfDependencies.Source library = library(platform);
    Path directory = temporaryDirectory();
    try {
      if (machine != null) {
        completeLinux(new DynamicLinker(machine, directory, host.loader()), directory, library);
      }
      initialize(directory);
    } catch (IllegalCallerException e) {
      throw new NativeUnavailableException(
          "this Java forbids native libraries (" + e.getMessage() + ")" + ALLOW_NATIVE_ACCESS, e);
    } finally {
      remove(directory);
    }
  }

  private Platform platform() throws NativeUnavailableException {
    String os = host.property("os.name");
    String arch = host.property("os.arch");
    if (host.property("java.vendor").contains("Android")) {
      os = "Android";
    }
    var platform = Platform.of(os, arch);
    if (platform.isEmpty()) {
      throw new NativeUnavailableException(
          "no native library of WebRTC is published for " + os + " on " + arch);
    }
    return platform.get();
  }

  private ElfDependencies.Source library(Platform platform) throws NativeUnavailableException {
    ElfDependencies.Source library;
    try {
      library = host.resource(platform.resource());
    } catch (ClassNotFoundException e) {
      throw new NativeUnavailableException(
          "webrtc-java is not on the class path; add " + ARTIFACT, e);
    }
    if (library == null) {
      throw new NativeUnavailableException(
          "the native library of WebRTC for this platform is not on the class path; add "
              + ARTIFACT
              + " with classifier "
              + platform.classifier()
              + " (on the module path, also --add-modules "
              + platform.module()
              + ")");
    }
    return library;
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
      new LinuxDependencies(host, linker).complete(library);
    } catch (IOException e) {
      throw new NativeUnavailableException(
          "the dependencies of the native library of WebRTC cannot be examined in "
              + directory.getParent()
              + " ("
              + e
              + ")"
              + CHOOSE_DIRECTORY,
          e);
    }
  }

  // Whatever goes wrong in foreign code ends here, as a reason that can be read.
  @SuppressWarnings("CatchThrowable")
  private void initialize(Path directory) throws NativeUnavailableException {
    try {
      host.initializeLibrary();
    } catch (IllegalCallerException e) {
      throw e;
    } catch (Throwable e) {
      Throwable cause = rootCause(e);
      removeLeftover(directory.getParent(), cause);
      throw new NativeUnavailableException(
          "the native library of WebRTC does not load (" + cause + ")" + hint(cause), e);
    }
  }

  private static String hint(Throwable cause) {
    if (cause instanceof IOException) {
      return CHOOSE_DIRECTORY;
    }
    boolean dependency = String.valueOf(cause.getMessage()).contains("dependent libraries");
    return dependency ? "; on Windows N and Windows Server, install Media Foundation" : "";
  }

  private static Throwable rootCause(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /**
   * Removes the unpacked library, which webrtc-java leaves behind when the dynamic loader refuses
   * it. The error begins with its path; other files like it may belong to other processes.
   */
  private static void removeLeftover(@Nullable Path parent, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf(": ");
    if (parent == null || end < 0 || !(cause instanceof UnsatisfiedLinkError)) {
      return;
    }
    try {
      Path file = Path.of(message.substring(0, end));
      if (parent.equals(file.getParent()) && file.toString().contains("webrtc-java-")) {
        Files.deleteIfExists(file);
      }
    } catch (InvalidPathException | IOException e) {
      LOG.warn("Cannot remove what webrtc-java has left behind in {}", parent, e);
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

package to.clasp.transport.webrtc.natives;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the loader asks of the machine, so that tests can answer. */
interface Host {

  /** Returns a system property, or an empty text. */
  String property(String name);

  /** Returns an environment variable, or null. */
  @Nullable String variable(String name);

  /** Returns the file that lists what is mapped into this process; it need not exist. */
  Path processMaps();

  /**
   * Makes a new directory that only this user may enter, beneath the default temporary directory.
   */
  Path newTemporaryDirectory() throws IOException;

  /**
   * Finds a resource where webrtc-java looks for it, or gives null if there is none of that name.
   *
   * @throws ClassNotFoundException if there is no webrtc-java
   */
  ElfDependencies.@Nullable Source resource(String name) throws ClassNotFoundException;

  /** Returns what is known of a system library. */
  SystemLibrary systemLibrary(String soname);

  /** Hands a library to the dynamic loader. */
  LibraryLoader loader();

  /** Makes webrtc-java load its library; throws whatever goes wrong. */
  void initializeLibrary() throws ReflectiveOperationException;

  /** This machine and process. */
  class Real implements Host {

    private static final String FACTORY = "dev.onvoid.webrtc.PeerConnectionFactory";

    @Override
    public String property(String name) {
      return System.getProperty(name, "");
    }

    @Override
    public @Nullable String variable(String name) {
      return System.getenv(name);
    }

    @Override
    public Path processMaps() {
      return Path.of("/proc/self/maps");
    }

    @Override
    public Path newTemporaryDirectory() throws IOException {
      return Files.createTempDirectory("clasp-webrtc-");
    }

    @Override
    public ElfDependencies.@Nullable Source resource(String name) throws ClassNotFoundException {
      ClassLoader own = Real.class.getClassLoader();
      URL url = Class.forName(FACTORY, false, own).getClassLoader().getResource(name);
      return url == null ? null : url::openStream;
    }

    @Override
    public SystemLibrary systemLibrary(String soname) {
      return SystemLibrary.of(soname);
    }

    @Override
    public LibraryLoader loader() {
      return LibraryLoader.SYSTEM;
    }

    @Override
    public void initializeLibrary() throws ReflectiveOperationException {
      Class.forName(FACTORY, true, Real.class.getClassLoader());
    }
  }
}

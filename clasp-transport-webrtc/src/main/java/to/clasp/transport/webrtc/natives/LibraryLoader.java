package to.clasp.transport.webrtc.natives;

import java.nio.file.Path;

/** Hands a file to the dynamic loader. */
@FunctionalInterface
interface LibraryLoader {

  /** Loads with {@link System#load}. */
  LibraryLoader SYSTEM = file -> System.load(file.toAbsolutePath().toString());

  /**
   * Loads a library.
   *
   * @param file the library
   * @throws UnsatisfiedLinkError if the dynamic loader refuses
   */
  void load(Path file);
}

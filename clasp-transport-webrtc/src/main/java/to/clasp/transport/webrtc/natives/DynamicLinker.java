package to.clasp.transport.webrtc.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the dynamic loader of this process about libraries, by loading small files that need them.
 * So the answer is its own, whatever search path, cache or environment it goes by.
 */
final class DynamicLinker {

  private final ElfMachine machine;
  private final Path directory;
  private final LibraryLoader loader;
  private int files;

  /**
   * Makes it.
   *
   * @param directory where the files are written; each is removed when it has been tried
   */
  DynamicLinker(ElfMachine machine, Path directory, LibraryLoader loader) {
    this.machine = machine;
    this.directory = directory;
    this.loader = loader;
  }

  /**
   * Tells whether a library can be loaded at all from the directory.
   *
   * @return null if so, else what the dynamic loader says
   * @throws IOException if the file cannot be written
   */
  @Nullable String refusal() throws IOException {
    return load(nextName("clasp-probe"), List.of()).error();
  }

  /**
   * Finds out about a library, and loads it if it is there.
   *
   * @param soname the name that other libraries need it by
   * @throws IOException if a file cannot be written
   */
  Presence find(String soname) throws IOException {
    Attempt attempt = load(nextName("clasp-probe"), List.of(soname));
    if (attempt.error() == null) {
      return Presence.PRESENT;
    }
    // The dynamic loader names what it stumbled over: this library when there is none by its name,
    // else the file that it found, or a library that this one needs.
    String missing = attempt.file() + ": " + soname + ": ";
    return attempt.error().startsWith(missing)
        ? Presence.MISSING
        : Presence.broken(attempt.detail());
  }

  /**
   * Loads an empty library of a given name, which from then on stands for it in this process.
   *
   * @param soname the name
   * @return null if it could be loaded, else what the dynamic loader says
   * @throws IOException if the file cannot be written
   */
  @Nullable String standIn(String soname) throws IOException {
    return load(soname, List.of()).error();
  }

  private String nextName(String prefix) {
    return prefix + "-" + files++ + ".so";
  }

  private Attempt load(String soname, List<String> needed) throws IOException {
    Path file = directory.resolve(soname);
    Files.write(file, ElfWriter.sharedObject(machine, soname, needed));
    try {
      loader.load(file);
      return new Attempt(file, null);
    } catch (UnsatisfiedLinkError e) {
      return new Attempt(file, String.valueOf(e.getMessage()));
    } finally {
      // What is loaded stays mapped.
      Files.delete(file);
    }
  }

  /** What became of loading a file. */
  private record Attempt(Path file, @Nullable String error) {

    /** Returns the error without the name of our file, which says nothing to the user. */
    String detail() {
      String text = String.valueOf(error);
      String prefix = file + ": ";
      return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }
  }

  /**
   * Whether a library is there.
   *
   * @param state whether
   * @param detail why it does not load although it is there
   */
  record Presence(State state, String detail) {
    static final Presence PRESENT = new Presence(State.PRESENT, "");
    static final Presence MISSING = new Presence(State.MISSING, "");

    static Presence broken(String detail) {
      return new Presence(State.BROKEN, detail);
    }

    /** The three answers. */
    enum State {
      /** It is loaded. */
      PRESENT,
      /** There is none. */
      MISSING,
      /** It is there, and does not load. */
      BROKEN
    }
  }
}

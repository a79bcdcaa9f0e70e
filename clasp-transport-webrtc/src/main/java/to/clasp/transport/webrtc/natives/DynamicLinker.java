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
    return load(nextName(), List.of()).detail();
  }

  /**
   * Finds out about a library, and loads it if it is there.
   *
   * @param soname the name that other libraries need it by
   * @throws IOException if a file cannot be written
   */
  Presence find(String soname) throws IOException {
    Attempt attempt = load(nextName(), List.of(soname));
    String detail = attempt.detail();
    if (detail == null) {
      return Presence.PRESENT;
    }
    // The dynamic loader names what it stumbled over: this library when there is none by its name,
    // else the file that it found, or a library that this one needs.
    return detail.startsWith(soname + ": ") ? Presence.MISSING : Presence.broken(detail);
  }

  /**
   * Loads an empty library of a given name, which from then on stands for it in this process.
   *
   * @param soname the name
   * @return null if it could be loaded, else what the dynamic loader says
   * @throws IOException if the file cannot be written
   */
  @Nullable String standIn(String soname) throws IOException {
    return load(soname, List.of()).detail();
  }

  private String nextName() {
    return "clasp-probe-" + files++ + ".so";
  }

  private Attempt load(String soname, List<String> needed) throws IOException {
    Path file = directory.resolve(soname);
    Files.write(file, ElfWriter.sharedObject(machine, soname, needed));
    try {
      loader.load(file);
      return Attempt.LOADED;
    } catch (UnsatisfiedLinkError e) {
      return Attempt.failed(file, e);
    } finally {
      // What is loaded stays mapped.
      Files.delete(file);
    }
  }

  /**
   * What became of loading a file.
   *
   * @param detail null if it is loaded, else what the dynamic loader says, without the file's name
   */
  private record Attempt(@Nullable String detail) {
    static final Attempt LOADED = new Attempt(null);

    static Attempt failed(Path file, UnsatisfiedLinkError error) {
      String text = String.valueOf(error.getMessage());
      String prefix = file.toAbsolutePath() + ": ";
      // Java puts the name in front, and the dynamic loader often does so before.
      while (text.startsWith(prefix)) {
        text = text.substring(prefix.length());
      }
      return new Attempt(text);
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

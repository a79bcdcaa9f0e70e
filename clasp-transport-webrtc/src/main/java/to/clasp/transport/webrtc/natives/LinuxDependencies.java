package to.clasp.transport.webrtc.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.transport.webrtc.natives.DynamicLinker.Presence;

/**
 * Sees to it that the dynamic loader finds all that the native library of WebRTC is linked against.
 *
 * <p>That includes libraries for sound, screens and cameras, which servers and containers lack and
 * data channels never call. For each of those that is missing, an empty library of its name is
 * loaded; the dynamic loader then takes the name for loaded. Functions are bound on their first
 * call, so nothing else is asked of it. A library that is there is never replaced, nor is one that
 * data channels use.
 */
final class LinuxDependencies {

  private static final Logger LOG = LoggerFactory.getLogger(LinuxDependencies.class);

  private final Host host;
  private final DynamicLinker linker;

  LinuxDependencies(Host host, DynamicLinker linker) {
    this.host = host;
    this.linker = linker;
  }

  /** Tells whether this Java runs on musl, which cannot load libraries made for glibc. */
  static boolean isMusl(Host host) {
    try (Stream<String> lines = Files.lines(host.processMaps())) {
      return lines.anyMatch(line -> line.contains("/ld-musl-") || line.contains("/libc.musl-"));
    } catch (IOException e) {
      // Then the answers of the dynamic loader decide.
      LOG.debug("Cannot read what is mapped into this process", e);
      return false;
    }
  }

  /**
   * Loads what a library needs, or what stands in for it.
   *
   * @param library the library
   * @throws IOException if a file cannot be read or written
   * @throws NativeUnavailableException if something is missing that nothing can stand in for
   */
  void complete(ElfDependencies.Source library) throws IOException, NativeUnavailableException {
    List<SystemLibrary> unused = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (String soname : ElfDependencies.read(library).needed()) {
      SystemLibrary known = host.systemLibrary(soname);
      Presence presence = linker.find(soname);
      switch (presence.state()) {
        case PRESENT -> LOG.trace("{} is present", soname);
        case BROKEN ->
            faults.add(known + ", which is there but does not load: " + presence.detail());
        case MISSING -> {
          if (known.usedByDataChannels()) {
            faults.add(known.toString());
          } else {
            unused.add(known);
          }
        }
      }
    }
    if (!faults.isEmpty()) {
      throw new NativeUnavailableException(
          "the native library of WebRTC needs system libraries that do not load; install "
              + String.join("; ", faults));
    }
    if (!unused.isEmpty()) {
      standIn(unused);
    }
  }

  private void standIn(List<SystemLibrary> libraries)
      throws IOException, NativeUnavailableException {
    String bindNow = host.variable("LD_BIND_NOW");
    if (bindNow != null && !bindNow.isEmpty()) {
      throw new NativeUnavailableException(
          "the environment variable LD_BIND_NOW makes the native library of WebRTC need libraries"
              + " that data channels do not use; unset it, or install "
              + join(libraries));
    }
    for (SystemLibrary library : libraries) {
      String refusal = linker.standIn(library.soname());
      if (refusal != null) {
        throw new NativeUnavailableException(
            "the native library of WebRTC needs system libraries that are missing, and no empty one"
                + " can stand in ("
                + refusal
                + "); install "
                + join(libraries));
      }
      if (linker.find(library.soname()).state() != Presence.State.PRESENT) {
        throw new NativeUnavailableException(
            "the native library of WebRTC needs system libraries that are missing, and the dynamic"
                + " loader takes no empty one in their place; install "
                + join(libraries));
      }
    }
    LOG.debug("Empty libraries stand in for {}, which data channels do not use", join(libraries));
  }

  private static String join(List<SystemLibrary> libraries) {
    return String.join(", ", libraries.stream().map(SystemLibrary::toString).toList());
  }
}

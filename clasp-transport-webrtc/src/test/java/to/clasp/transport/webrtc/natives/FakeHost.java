package to.clasp.transport.webrtc.natives;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Linux machine whose every answer can be set. Its dynamic loader goes by the files' content. */
final class FakeHost implements Host {

  final Map<String, String> properties =
      new HashMap<>(
          Map.of("os.name", "Linux", "os.arch", "amd64", "java.vendor", "Eclipse Adoptium"));
  final Map<String, String> variables = new HashMap<>();
  final Set<String> installed = new HashSet<>(Set.of("libc.so.6", "libm.so.6"));
  final List<String> loaded = new ArrayList<>();
  List<String> needed = List.of("libc.so.6");
  @Nullable String mapped = "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";
  boolean classes = true;
  boolean artifact = true;
  boolean writable = true;
  @Nullable String refusal;
  @Nullable String refusedStandIn;
  boolean standInsIgnored;
  @Nullable RuntimeException forbidden;
  @Nullable Throwable initialization;
  boolean initialized;

  private final Path temporary;

  FakeHost(Path temporary) {
    this.temporary = temporary;
  }

  @Override
  public String property(String name) {
    return properties.getOrDefault(name, "");
  }

  @Override
  public @Nullable String variable(String name) {
    return variables.get(name);
  }

  @Override
  public Path processMaps() {
    Path file = temporary.resolveSibling("maps");
    if (mapped != null) {
      try {
        Files.writeString(file, "7f0000000000-7f0000001000 r--p 00000000 fe:00 1   " + mapped);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return file;
  }

  @Override
  public Path newTemporaryDirectory() throws IOException {
    if (!writable) {
      throw new IOException("Read-only file system");
    }
    return Files.createTempDirectory(temporary, "fake");
  }

  @Override
  public ElfDependencies.@Nullable Source resource(String name) throws ClassNotFoundException {
    if (!classes) {
      throw new ClassNotFoundException("dev.onvoid.webrtc.PeerConnectionFactory");
    }
    byte[] file = ElfWriter.sharedObject(ElfMachine.X86_64, name, needed);
    return artifact ? () -> new ByteArrayInputStream(file) : null;
  }

  @Override
  public SystemLibrary systemLibrary(String soname) {
    return SystemLibrary.of(soname);
  }

  @Override
  public LibraryLoader loader() {
    return this::load;
  }

  private void load(Path file) {
    if (forbidden != null) {
      throw forbidden;
    }
    if (refusal != null) {
      throw new UnsatisfiedLinkError(file + ": " + refusal);
    }
    ElfDependencies library;
    try {
      library = ElfDependencies.read(() -> Files.newInputStream(file));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    String soname = String.valueOf(library.soname());
    if (soname.equals(refusedStandIn)) {
      throw new UnsatisfiedLinkError(file + ": file too short");
    }
    for (String each : library.needed()) {
      if (each.equals("libX11.so.6") && installed.contains("libX11 without libxcb")) {
        throw new UnsatisfiedLinkError(file + ": libxcb.so.1: cannot open shared object file");
      }
      if (!installed.contains(each) && (standInsIgnored || !loaded.contains(each))) {
        throw new UnsatisfiedLinkError(file + ": " + each + ": cannot open shared object file");
      }
    }
    loaded.add(soname);
  }

  @Override
  public void initializeLibrary() throws ReflectiveOperationException {
    if (initialization instanceof Error error) {
      throw error;
    }
    if (initialization instanceof RuntimeException exception) {
      throw exception;
    }
    initialized = true;
  }
}

package to.clasp.transport.spi;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import to.clasp.transport.ConnectionOptions;
import to.clasp.transport.Transport;

/** Providers for tests, and class loaders that name them. */
final class ServiceFiles {

  private ServiceFiles() {}

  /** A class loader that names these classes as providers, and loads them from its parent. */
  static URLClassLoader loader(java.nio.file.Path directory, String... classNames)
      throws IOException {
    java.nio.file.Path services =
        Files.createDirectories(directory.resolve("META-INF").resolve("services"));
    Files.write(services.resolve(TransportProvider.class.getName()), List.of(classNames));
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, ServiceFiles.class.getClassLoader());
  }

  /** Serves {@code ws}. */
  public static class Working implements TransportProvider {
    @Override
    public String name() {
      return "working";
    }

    @Override
    public Set<String> schemes() {
      return Set.of("ws", "wss");
    }

    @Override
    public Availability availability() {
      return Availability.AVAILABLE;
    }

    @Override
    public Transport create(URI uri, ConnectionOptions options, TransportContext context) {
      throw new UnsupportedOperationException("nothing is created in these tests");
    }
  }

  /** Sorts before {@link B}. */
  static final class A extends Working {}

  /** Sorts after {@link A}. */
  static final class B extends Working {}

  /** Throws from its constructor. */
  public static final class Broken extends Working {
    /** Throws. */
    public Broken() {
      throw new IllegalStateException("the constructor's reason");
    }
  }

  /** Throws from its class initialiser. */
  public static final class BrokenStatically extends Working {
    private static final String VALUE = fail();

    /** Never gets here. */
    public BrokenStatically() {
      throw new AssertionError(VALUE);
    }

    private static String fail() {
      throw new IllegalStateException("the initialiser's reason");
    }
  }
}

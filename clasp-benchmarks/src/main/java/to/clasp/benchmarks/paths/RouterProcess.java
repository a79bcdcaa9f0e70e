package to.clasp.benchmarks.paths;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A router in a process of its own: a program that takes {@code --port} and {@code --rate-limit},
 * says {@code listening <uri>} on the first line of its output, and ends with its input.
 */
final class RouterProcess implements AutoCloseable {

  private static final String LISTENING = "listening ";
  private static final int END_SECONDS = 10;

  private final Process process;
  private final URI uri;

  private RouterProcess(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /** Starts the program without a limit of rate; port 0 takes a free one. */
  static RouterProcess start(Path program, int port) {
    try {
      Process process =
          new ProcessBuilder(
                  program.toString(), "--port", String.valueOf(port), "--rate-limit", "0")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      // Closed with the process, or it could not write any more.
      BufferedReader output = process.inputReader();
      String line = output.readLine();
      if (line == null || !line.startsWith(LISTENING)) {
        process.destroyForcibly();
        throw new IllegalStateException(program + " does not listen, but says: " + line);
      }
      return new RouterProcess(process, URI.create(line.substring(LISTENING.length())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + program, e);
    }
  }

  URI uri() {
    return uri;
  }

  /** Ends it as a crash does. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the router does not end");
      }
      process.getInputStream().close();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package to.clasp.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Lines of an input, waiting for which can be interrupted, as reading itself cannot: a thread reads
 * that may stay blocked, and does not keep the JVM alive. Closing leaves the input itself open.
 */
final class InterruptibleInput implements AutoCloseable {

  private final BufferedReader reader;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread created = new Thread(task, "clasp-input");
            created.setDaemon(true);
            return created;
          });

  InterruptibleInput(InputStream input) {
    reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
  }

  /** The next line, or null at the end. */
  @Nullable String readLine() throws InterruptedException {
    try {
      return thread.submit(reader::readLine).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw new UncheckedIOException("cannot read the input: " + cause.getMessage(), cause);
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

package to.clasp.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import to.clasp.router.EmbeddedRouter;

/** A router in a process of its own, which says {@code listening <uri>} when it does. */
final class RouterProgram extends TestRouter {

  private static final String LISTENING = "listening ";
  private static final int TIMEOUT_SECONDS = 30;

  private final Path program;
  private final List<String> arguments;
  private @Nullable Process process;
  private @Nullable URI uri;

  RouterProgram(Path program, List<String> arguments) {
    this.program = program;
    this.arguments = List.copyOf(arguments);
  }

  @Override
  synchronized URI uri() {
    if (uri == null) {
      throw new IllegalStateException("the router was never started");
    }
    return uri;
  }

  @Override
  synchronized TestRouter start() {
    if (process != null) {
      return this;
    }
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    if (uri != null) {
      command.addAll(List.of("--port", String.valueOf(uri.getPort())));
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
      // It warns of each message over the rate limit.
      builder.environment().putIfAbsent("RUST_LOG", "error");
      Process started = builder.start();
      process = started;
      uri = listening(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private static URI listening(Process started) throws IOException {
    // Not closed before the process ends, or it could not write any more.
    BufferedReader output = started.inputReader();
    String line = output.readLine();
    if (line == null || !line.startsWith(LISTENING)) {
      started.destroyForcibly();
      throw new AssertionError("instead of listening, the router says: " + line);
    }
    return URI.create(line.substring(LISTENING.length()));
  }

  @Override
  synchronized void stop() {
    Process stopped = process;
    if (stopped == null) {
      return;
    }
    process = null;
    stopped.destroyForcibly();
    try {
      if (!stopped.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the router does not end");
      }
      stopped.getInputStream().close();
      stopped.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  void breakConnections() {
    stop();
    start();
  }

  @Override
  Optional<EmbeddedRouter> embedded() {
    return Optional.empty();
  }
}

package to.clasp.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes a line for each test to the file that the system property {@value #FILE} names: the word
 * passed, failed or left-out, the class, the test, and why. {@code interop/} reads it.
 */
public final class ReportOfTests implements TestExecutionListener {

  static final String FILE = "clasp.report";

  private final @Nullable Path file =
      System.getProperty(FILE) == null ? null : Path.of(System.getProperty(FILE));

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
    if (test.isTest() || !passed) {
      write(
          passed ? "passed" : "failed",
          test,
          result.getThrowable().map(cause -> String.valueOf(cause.getMessage())).orElse(""));
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    write("left-out", test, reason);
  }

  private void write(String what, TestIdentifier test, String why) {
    if (file == null) {
      return;
    }
    String firstLine = why.lines().findFirst().orElse("");
    String line = String.join("\t", what, classOf(test), test.getDisplayName(), firstLine);
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classOf(TestIdentifier test) {
    return test.getSource()
        .map(
            source ->
                source instanceof MethodSource method
                    ? method.getClassName()
                    : source instanceof ClassSource type ? type.getClassName() : "")
        .map(name -> name.substring(name.lastIndexOf('.') + 1))
        .orElse("");
  }
}

package to.clasp.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import to.clasp.cli.command.ExitCode;

/** Starts the command line, and ends the JVM. */
public final class Main {

  /** How long a command may take to end when it is interrupted. */
  private static final int END_SECONDS = 10;

  private Main() {}

  /**
   * Runs a command and ends the JVM with its exit code. Ctrl-C interrupts the command, which closes
   * what it has opened.
   *
   * @param args command, options, parameters
   */
  public static void main(String[] args) {
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    CountDownLatch ended = new CountDownLatch(1);
    Thread command = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> shutDown(command, ended, err), "clasp-shutdown"));
    int code = ExitCode.DEFECT.code();
    try {
      code = ClaspCommand.commandLine(out, err).execute(args);
    } catch (Error e) {
      // Such as a class that is missing: threads of libraries would keep the JVM alive.
      e.printStackTrace(err);
    }
    out.flush();
    err.flush();
    ended.countDown();
    System.exit(code);
  }

  /** In UTF-8 whatever the locale, as JSON must be. */
  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  private static void shutDown(Thread command, CountDownLatch ended, PrintWriter err) {
    try {
      if (ended.getCount() > 0) {
        command.interrupt();
        if (!ended.await(END_SECONDS, TimeUnit.SECONDS)) {
          err.println("clasp: the command did not end within " + END_SECONDS + " s");
          err.flush();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // What follows would be the native library's: it writes to standard output when the JVM ends,
    // after the line that programs take for the last one.
    System.out.close();
  }
}

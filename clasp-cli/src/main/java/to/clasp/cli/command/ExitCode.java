package to.clasp.cli.command;

/** The exit codes of all commands; those of {@code sysexits.h} where it has one. */
enum ExitCode {
  OK(0),
  FAILED(1);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}

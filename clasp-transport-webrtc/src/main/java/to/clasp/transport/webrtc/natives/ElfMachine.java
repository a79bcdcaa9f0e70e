package to.clasp.transport.webrtc.natives;

/** Processor architectures of 64-bit little-endian ELF files that we read and write. */
enum ElfMachine {
  X86_64(62),
  AARCH64(183);

  private final int code;

  ElfMachine(int code) {
    this.code = code;
  }

  /** Returns {@code e_machine} of the ELF header. */
  int code() {
    return code;
  }
}

package to.clasp.transport.webrtc.natives;

/** Tags of the dynamic section (System V ABI, chapter 5). */
final class ElfTag {
  static final long NULL = 0;
  static final long NEEDED = 1;
  static final long HASH = 4;
  static final long STRTAB = 5;
  static final long SYMTAB = 6;
  static final long STRSZ = 10;
  static final long SYMENT = 11;
  static final long SONAME = 14;

  private ElfTag() {}
}

package to.clasp.transport.webrtc.natives;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes minimal ELF shared objects: a name, names of libraries that must be loaded with it, and no
 * code (System V ABI, chapters 4 and 5).
 *
 * <p>There are two loadable segments, because the dynamic loader writes into the dynamic section,
 * and because an executable one makes a file system that is mounted {@code noexec} refuse the file:
 * so whether such a file loads tells whether a real library would.
 */
final class ElfWriter {

  /** Largest page size in use (aarch64), so that the segments never share a page. */
  private static final long ALIGNMENT = 0x10000;

  private static final int HEADER_SIZE = 64;
  private static final int PROGRAM_HEADER_SIZE = 56;
  private static final int PROGRAM_HEADERS = 4;
  private static final int SYMBOL_SIZE = 24;
  private static final int DYNAMIC_ENTRY_SIZE = 16;
  private static final int HASH_SIZE = 16;

  private static final int TYPE_SHARED_OBJECT = 3;
  private static final int SEGMENT_LOAD = 1;
  private static final int SEGMENT_DYNAMIC = 2;
  private static final int SEGMENT_STACK = 0x6474e551;
  private static final int EXECUTE = 1;
  private static final int WRITE = 2;
  private static final int READ = 4;

  private ElfWriter() {}

  /**
   * Writes a shared object.
   *
   * @param machine for which processor
   * @param soname the name by which the dynamic loader knows it
   * @param needed names of the libraries that the dynamic loader must load with it
   * @return the bytes of the file
   */
  static byte[] sharedObject(ElfMachine machine, String soname, List<String> needed) {
    Strings strings = new Strings();
    int sonameOffset = strings.add(soname);
    List<Integer> neededOffsets = new ArrayList<>();
    for (String name : needed) {
      neededOffsets.add(strings.add(name));
    }
    byte[] names = strings.toBytes();

    int hash = HEADER_SIZE + PROGRAM_HEADERS * PROGRAM_HEADER_SIZE;
    int symbols = hash + HASH_SIZE;
    int strtab = symbols + SYMBOL_SIZE;
    int readOnlySize = strtab + names.length;
    int dynamic = (readOnlySize + 15) & ~15;
    int dynamicSize = (needed.size() + 7) * DYNAMIC_ENTRY_SIZE;

    ByteBuffer file = ByteBuffer.allocate(dynamic + dynamicSize).order(ByteOrder.LITTLE_ENDIAN);
    header(file, machine);
    segment(file, SEGMENT_LOAD, READ | EXECUTE, 0, 0, readOnlySize, ALIGNMENT);
    long dynamicAddress = ALIGNMENT + dynamic;
    segment(file, SEGMENT_LOAD, READ | WRITE, dynamic, dynamicAddress, dynamicSize, ALIGNMENT);
    segment(file, SEGMENT_DYNAMIC, READ | WRITE, dynamic, dynamicAddress, dynamicSize, 8);
    // Without this one, the dynamic loader would make all stacks of the process executable.
    segment(file, SEGMENT_STACK, READ | WRITE, 0, 0, 0, 16);
    // One bucket, one symbol, both empty.
    file.putInt(1).putInt(1).putInt(0).putInt(0);
    file.position(strtab).put(names);

    file.position(dynamic);
    for (int offset : neededOffsets) {
      entry(file, ElfTag.NEEDED, offset);
    }
    entry(file, ElfTag.SONAME, sonameOffset);
    entry(file, ElfTag.HASH, hash);
    entry(file, ElfTag.STRTAB, strtab);
    entry(file, ElfTag.SYMTAB, symbols);
    entry(file, ElfTag.STRSZ, names.length);
    entry(file, ElfTag.SYMENT, SYMBOL_SIZE);
    entry(file, ElfTag.NULL, 0);
    return file.array();
  }

  private static void header(ByteBuffer file, ElfMachine machine) {
    file.put((byte) 0x7f).put((byte) 'E').put((byte) 'L').put((byte) 'F');
    file.put((byte) 2).put((byte) 1).put((byte) 1); // 64 bits, little endian, version 1
    file.position(16);
    file.putShort((short) TYPE_SHARED_OBJECT).putShort((short) machine.code()).putInt(1);
    file.putLong(0).putLong(HEADER_SIZE).putLong(0).putInt(0);
    file.putShort((short) HEADER_SIZE);
    file.putShort((short) PROGRAM_HEADER_SIZE).putShort((short) PROGRAM_HEADERS);
    file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
  }

  private static void segment(
      ByteBuffer file, int type, int flags, long offset, long address, long size, long alignment) {
    file.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
    file.putLong(size).putLong(size).putLong(alignment);
  }

  private static void entry(ByteBuffer file, long tag, long value) {
    file.putLong(tag).putLong(value);
  }

  /** A table of strings that end with a zero byte; the first is empty. */
  private static final class Strings {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Strings() {
      bytes.write(0);
    }

    int add(String text) {
      int offset = bytes.size();
      bytes.writeBytes(text.getBytes(UTF_8));
      bytes.write(0);
      return offset;
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }
  }
}

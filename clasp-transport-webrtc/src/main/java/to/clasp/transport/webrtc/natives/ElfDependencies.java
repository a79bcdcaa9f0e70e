package to.clasp.transport.webrtc.natives;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the dynamic section of a 64-bit little-endian ELF file says about its dependencies.
 *
 * @param machine {@code e_machine}
 * @param soname the name of the library, or null if it has none
 * @param needed names of the libraries that it needs, in their order
 */
record ElfDependencies(int machine, @Nullable String soname, List<String> needed) {

  private static final int SEGMENT_LOAD = 1;
  private static final int SEGMENT_DYNAMIC = 2;
  private static final int HEADER_SIZE = 64;
  private static final int PROGRAM_HEADER_SIZE = 56;
  private static final int MAX_TABLE = 16 << 20;

  ElfDependencies {
    needed = List.copyOf(needed);
  }

  /** Opens the file at its beginning; called more than once. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  /**
   * Reads the dynamic section. The file is streamed, because it may be a compressed entry of an
   * archive and is too large to hold.
   *
   * @throws IOException if it cannot be read, or is no such file
   */
  static ElfDependencies read(Source source) throws IOException {
    ByteBuffer header = slice(source, 0, HEADER_SIZE);
    if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
      throw new IOException("not a 64-bit little-endian ELF file");
    }
    int entrySize = Short.toUnsignedInt(header.getShort(54));
    int entries = Short.toUnsignedInt(header.getShort(56));
    if (entrySize < PROGRAM_HEADER_SIZE) {
      throw new IOException("program headers of " + entrySize + " bytes");
    }
    ByteBuffer segments = slice(source, header.getLong(32), (long) entrySize * entries);
    ByteBuffer dynamic = null;
    for (int at = 0; at < segments.capacity(); at += entrySize) {
      if (segments.getInt(at) == SEGMENT_DYNAMIC) {
        dynamic = slice(source, segments.getLong(at + 8), segments.getLong(at + 32));
      }
    }
    int machine = Short.toUnsignedInt(header.getShort(18));
    if (dynamic == null) {
      return new ElfDependencies(machine, null, List.of());
    }
    return read(source, machine, dynamic, segments, entrySize);
  }

  private static ElfDependencies read(
      Source source, int machine, ByteBuffer dynamic, ByteBuffer segments, int entrySize)
      throws IOException {
    List<Long> neededOffsets = new ArrayList<>();
    long sonameOffset = -1;
    long tableAddress = -1;
    long tableSize = -1;
    while (dynamic.remaining() >= 16) {
      long tag = dynamic.getLong();
      long value = dynamic.getLong();
      if (tag == ElfTag.NULL) {
        break;
      } else if (tag == ElfTag.NEEDED) {
        neededOffsets.add(value);
      } else if (tag == ElfTag.SONAME) {
        sonameOffset = value;
      } else if (tag == ElfTag.STRTAB) {
        tableAddress = value;
      } else if (tag == ElfTag.STRSZ) {
        tableSize = value;
      }
    }
    if (neededOffsets.isEmpty() && sonameOffset < 0) {
      return new ElfDependencies(machine, null, List.of());
    }
    ByteBuffer table = slice(source, fileOffset(tableAddress, segments, entrySize), tableSize);
    List<String> needed = new ArrayList<>();
    for (long offset : neededOffsets) {
      needed.add(string(table, offset));
    }
    String soname = sonameOffset < 0 ? null : string(table, sonameOffset);
    return new ElfDependencies(machine, soname, needed);
  }

  private static long fileOffset(long address, ByteBuffer segments, int entrySize)
      throws IOException {
    for (int at = 0; at < segments.capacity(); at += entrySize) {
      long begin = segments.getLong(at + 16);
      long size = segments.getLong(at + 32);
      if (segments.getInt(at) == SEGMENT_LOAD && address >= begin && address - begin < size) {
        return address - begin + segments.getLong(at + 8);
      }
    }
    throw new IOException("no segment holds address 0x" + Long.toHexString(address));
  }

  private static String string(ByteBuffer table, long offset) throws IOException {
    if (offset < 0 || offset >= table.capacity()) {
      throw new IOException("string at " + offset + " of a table of " + table.capacity());
    }
    int begin = (int) offset;
    int end = begin;
    while (end < table.capacity() && table.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - begin];
    table.get(begin, text);
    return new String(text, UTF_8);
  }

  private static ByteBuffer slice(Source source, long offset, long size) throws IOException {
    if (offset < 0 || size < 0 || size > MAX_TABLE) {
      throw new IOException("a part of " + size + " bytes at " + offset);
    }
    byte[] bytes;
    try (InputStream in = source.open()) {
      in.skipNBytes(offset);
      bytes = in.readNBytes((int) size);
    } catch (EOFException e) {
      throw new IOException("the file ends before byte " + offset, e);
    }
    if (bytes.length < size) {
      throw new IOException("the file ends within " + size + " bytes from " + offset);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

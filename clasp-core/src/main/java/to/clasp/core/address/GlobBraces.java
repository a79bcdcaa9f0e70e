package to.clasp.core.address;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/** Replaces the braces of a glob by the texts they stand for. */
final class GlobBraces {

  /** What all texts together may take, so that a long pattern does not multiply. */
  private static final int MAX_TOTAL_BYTES = 1 << 20;

  private GlobBraces() {}

  /**
   * Expands the braces.
   *
   * @param glob the pattern
   * @param limit the most texts wanted
   * @return globs without braces; none when a brace is not closed or there would be too many
   */
  static List<byte[]> expand(byte[] glob, int limit) {
    List<byte[]> done = new ArrayList<>();
    Deque<byte[]> open = new ArrayDeque<>(List.of(glob));
    while (!open.isEmpty()) {
      byte[] next = open.pop();
      BitSet special = special(next);
      int brace = firstBrace(next, special);
      if (brace < 0) {
        done.add(next);
        continue;
      }
      List<Integer> cuts = cuts(next, brace, special);
      int last = cuts.size() - 1;
      int texts = done.size() + open.size() + last;
      if (last < 1 || texts > limit || (long) texts * next.length > MAX_TOTAL_BYTES) {
        return List.of();
      }
      for (int i = 0; i < last; i++) {
        open.push(join(next, brace, cuts.get(i) + 1, cuts.get(i + 1), cuts.get(last)));
      }
    }
    return done;
  }

  /** The bytes that are neither escaped nor in a set in brackets. */
  private static BitSet special(byte[] glob) {
    BitSet special = new BitSet(glob.length);
    int i = 0;
    while (i < glob.length) {
      if (glob[i] == '\\') {
        i += 2;
      } else if (glob[i] == '[') {
        i = GlobProgram.setEnd(glob, i);
      } else {
        special.set(i++);
      }
    }
    return special;
  }

  private static int firstBrace(byte[] glob, BitSet special) {
    for (int i = 0; i < glob.length; i++) {
      if (glob[i] == '{' && special.get(i)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The places of an opening brace, of its commas and of its closing brace; one only if unclosed.
   */
  private static List<Integer> cuts(byte[] glob, int brace, BitSet special) {
    List<Integer> cuts = new ArrayList<>(List.of(brace));
    int depth = 0;
    for (int i = special.nextSetBit(brace + 1); i >= 0; i = special.nextSetBit(i + 1)) {
      if (glob[i] == '{') {
        depth++;
      } else if (glob[i] == '}') {
        if (depth == 0) {
          cuts.add(i);
          return cuts;
        }
        depth--;
      } else if (glob[i] == ',' && depth == 0) {
        cuts.add(i);
      }
    }
    return List.of(brace);
  }

  private static byte[] join(byte[] glob, int brace, int from, int to, int close) {
    int option = to - from;
    byte[] joined = Arrays.copyOf(glob, brace + option + glob.length - close - 1);
    System.arraycopy(glob, from, joined, brace, option);
    System.arraycopy(glob, close + 1, joined, brace + option, glob.length - close - 1);
    return joined;
  }
}

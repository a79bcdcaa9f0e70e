package to.clasp.core.address;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * One glob without braces, as a list of steps, and its matching: two positions that move forward,
 * and for the last star a place to resume at. The resuming position only grows, which bounds the
 * time by the product of both lengths.
 */
final class GlobProgram {

  /** Steps below this are the byte to match. */
  private static final int ANY_BYTE = 256;

  private static final int STAR = 257;

  /** {@code **} at the end of the pattern. */
  private static final int GLOBSTAR_LAST = 258;

  /** {@code **} as a whole segment; the next step is the separator after it. */
  private static final int GLOBSTAR_SEGMENT = 259;

  /** What makes a pattern invalid if matching gets here. */
  private static final int INVALID = 260;

  /** Steps from here on are sets of bytes. */
  private static final int FIRST_SET = 512;

  private static final int SEPARATOR = '/';

  private final int[] steps;
  private final List<BitSet> sets;

  private GlobProgram(int[] steps, List<BitSet> sets) {
    this.steps = steps;
    this.sets = sets;
  }

  static GlobProgram compile(byte[] glob) {
    int[] steps = new int[glob.length];
    List<BitSet> sets = new ArrayList<>();
    int count = 0;
    int at = 0;
    while (at < glob.length && glob[at] == '!') {
      at++;
    }
    while (at < glob.length) {
      int step;
      switch (glob[at]) {
        case '*' -> {
          int last = lastOfStars(glob, at);
          step = last == at ? STAR : globstar(glob, last);
          at = last + 1;
        }
        case '?' -> {
          step = ANY_BYTE;
          at++;
        }
        case '[' -> {
          int end = setEnd(glob, at);
          BitSet set = new BitSet();
          step = readSet(glob, at + 1, end - 1, set) ? FIRST_SET + sets.size() : INVALID;
          sets.add(set);
          at = end;
        }
        case '\\' -> {
          step = at + 1 < glob.length ? escaped(glob[at + 1]) : INVALID;
          at += 2;
        }
        default -> step = glob[at++] & 0xFF;
      }
      steps[count++] = step;
    }
    return new GlobProgram(Arrays.copyOf(steps, count), sets);
  }

  /** What came of matching. */
  enum Outcome {
    MATCH,
    MISMATCH,
    /** Matching came to a part of the pattern that means nothing. */
    INVALID_PATTERN
  }

  Outcome match(byte[] path) {
    int step = 0;
    int at = 0;
    int resumeStep = 0;
    int resumeAt = 0;
    int outerStep = 0;
    int outerAt = 0;
    while (step < steps.length || at < path.length) {
      int kind = step < steps.length ? steps[step] : INVALID;
      if (kind >= STAR && kind <= GLOBSTAR_SEGMENT) {
        resumeStep = step;
        resumeAt = at + 1;
        step++;
        if (kind != STAR) {
          outerStep = resumeStep;
          outerAt = resumeAt;
          // The separator after ** is optional where a segment begins.
          if (kind == GLOBSTAR_SEGMENT && startsSegment(path, at)) {
            step++;
          }
        }
        if (outerAt != resumeAt && at < path.length && path[at] == SEPARATOR) {
          // A star must not cross the separator: let the ** before it do so, or end it here.
          if (outerAt > 0 && at + 1 < path.length) {
            step = outerStep;
            resumeStep = outerStep;
          } else {
            resumeAt = 0;
          }
        }
        continue;
      }
      if (step < steps.length && at < path.length) {
        if (kind == INVALID) {
          return Outcome.INVALID_PATTERN;
        }
        if (matchesByte(kind, path[at] & 0xFF)) {
          if (kind < ANY_BYTE && kind != SEPARATOR) {
            // A literal ties the ** before it down.
            outerAt = 0;
          }
          step++;
          at++;
          continue;
        }
      }
      if (resumeAt == 0 || resumeAt > path.length) {
        return Outcome.MISMATCH;
      }
      step = resumeStep;
      at = resumeAt;
    }
    return Outcome.MATCH;
  }

  /**
   * Index behind a set in brackets that starts at the given index; behind the pattern if unclosed.
   */
  static int setEnd(byte[] glob, int start) {
    int at = start + 1;
    if (at < glob.length && (glob[at] == '^' || glob[at] == '!')) {
      at++;
    }
    for (boolean first = true; at < glob.length; first = false) {
      if (glob[at] == ']' && !first) {
        return at + 1;
      }
      at += glob[at] == '\\' ? 2 : 1;
    }
    // One more than the length: no closing bracket is there.
    return glob.length + 1;
  }

  private boolean matchesByte(int kind, int value) {
    if (kind < ANY_BYTE) {
      return kind == value;
    }
    return kind == ANY_BYTE ? value != SEPARATOR : sets.get(kind - FIRST_SET).get(value);
  }

  private static boolean startsSegment(byte[] path, int at) {
    return at == 0 || (at < path.length && path[at - 1] == SEPARATOR);
  }

  /** The last star of a run that counts as one: {@code *}, {@code **} or {@code **}{@code /**}. */
  private static int lastOfStars(byte[] glob, int at) {
    if (at + 1 >= glob.length || glob[at + 1] != '*') {
      return at;
    }
    int last = at + 1;
    while (last + 3 < glob.length
        && glob[last + 1] == SEPARATOR
        && glob[last + 2] == '*'
        && glob[last + 3] == '*') {
      last += 3;
    }
    return last;
  }

  private static int globstar(byte[] glob, int last) {
    if (last + 1 == glob.length) {
      return GLOBSTAR_LAST;
    }
    boolean whole = (last < 2 || glob[last - 2] == SEPARATOR) && glob[last + 1] == SEPARATOR;
    return whole ? GLOBSTAR_SEGMENT : STAR;
  }

  /** Reads the set between the brackets; tells whether it is a valid one. */
  private static boolean readSet(byte[] glob, int from, int close, BitSet set) {
    if (close >= glob.length) {
      return false;
    }
    int at = from;
    boolean negated = glob[at] == '^' || glob[at] == '!';
    if (negated) {
      at++;
    }
    while (at < close) {
      boolean lowEscaped = glob[at] == '\\';
      int low = lowEscaped ? escaped(glob[at + 1]) : glob[at] & 0xFF;
      at += lowEscaped ? 2 : 1;
      int high = low;
      if (at + 1 < close && glob[at] == '-') {
        boolean highEscaped = glob[at + 1] == '\\';
        high = highEscaped ? escaped(glob[at + 2]) : glob[at + 1] & 0xFF;
        at += highEscaped ? 3 : 2;
      }
      if (low <= high) {
        set.set(low, high + 1);
      }
    }
    if (negated) {
      set.flip(0, ANY_BYTE);
    }
    return true;
  }

  private static int escaped(byte c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> c & 0xFF;
    };
  }
}

package to.clasp.core.address;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds whatever hangs on the patterns that match an address, in time by the length of the address
 * and not by the number of patterns. The rule is that of {@link AddressPattern#matches}.
 *
 * <p>Patterns stand in a tree by their segments, and all of them are gone through at once, segment
 * by segment. Only patterns that mix {@code *} with other characters in one segment are looked at
 * one by one, if the segments before that one fit. Matching allocates nothing as long as there is
 * no such pattern.
 *
 * <p>Not thread-safe: matching changes the index too.
 *
 * @param <E> what hangs on patterns
 */
public final class PatternIndex<E> {

  private final PatternNode<E> root = new PatternNode<>(ThreadLocalRandom.current().nextInt());
  private int size;

  // Reused by each match.
  private final List<E> found = new ArrayList<>();
  private List<PatternNode<E>> here = new ArrayList<>();
  private List<PatternNode<E>> next = new ArrayList<>();
  private long steps;

  /** Makes an empty index. */
  public PatternIndex() {}

  /**
   * Hangs an element on a pattern. The same may hang on several patterns, and several times on one.
   *
   * @param pattern the pattern
   * @param element what hangs on it
   */
  public void add(AddressPattern pattern, E element) {
    PatternNode<E> node = root;
    for (String segment : pattern.segments()) {
      node = node.child(segment);
    }
    node.add(pattern, element);
    size++;
  }

  /**
   * Takes an element off a pattern, once.
   *
   * @param pattern the pattern
   * @param element the element, or one that equals it
   * @return false if it does not hang there
   */
  public boolean remove(AddressPattern pattern, E element) {
    PatternNode<E> node = root;
    for (String segment : pattern.segments()) {
      PatternNode<E> child = node.find(segment);
      if (child == null) {
        return false;
      }
      node = child;
    }
    boolean removed = node.remove(element);
    if (removed) {
      size--;
    }
    return removed;
  }

  /**
   * Counts the elements.
   *
   * @return how many have been added and not removed
   */
  public int size() {
    return size;
  }

  /**
   * Finds what hangs on the patterns that match an address.
   *
   * @param address the address; any string
   * @return the elements, once for each time that they hang on a matching pattern, in no particular
   *     order; reused, so valid until the next call
   */
  public List<E> match(String address) {
    found.clear();
    if (size > 0 && AddressPattern.isDeliverable(address)) {
      walk(address);
      for (int i = 0; i < here.size(); i++) {
        here.get(i).collect(address, found);
      }
    }
    return found;
  }

  /** Leaves those nodes in {@code here} that the whole address leads to, each once. */
  private void walk(String address) {
    here.clear();
    root.enter(++steps, here);
    int length = address.length();
    int start = Math.min(1, length);
    while (start <= length && !here.isEmpty()) {
      int end = AddressPattern.segmentEnd(address, start);
      next.clear();
      steps++;
      for (int i = 0; i < here.size(); i++) {
        here.get(i).advance(address, start, end, steps, next);
      }
      List<PatternNode<E>> done = here;
      here = next;
      next = done;
      start = end + 1;
    }
  }
}

package to.clasp.core.address;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by the text of their segment, found by a range of an address: a map would want the range as
 * a string of its own, for each segment of each message. The hash is salted, because segments may
 * be chosen by someone who would like all of them to collide.
 */
final class Segments<E> {

  private static final int MULTIPLIER = 0x9E37_79B1;

  private final int salt;
  private List<@Nullable PatternNode<E>> buckets = noBuckets(1);
  private int size;

  Segments(int salt) {
    this.salt = salt;
  }

  private static <E> List<@Nullable PatternNode<E>> noBuckets(int count) {
    return new ArrayList<>(Collections.<@Nullable PatternNode<E>>nCopies(count, null));
  }

  boolean isEmpty() {
    return size == 0;
  }

  @Nullable PatternNode<E> find(String address, int start, int end) {
    if (size == 0) {
      return null;
    }
    PatternNode<E> node = buckets.get(bucketOf(address, start, end));
    while (node != null && !node.isFor(address, start, end)) {
      node = node.nextInBucket;
    }
    return node;
  }

  void add(PatternNode<E> node) {
    if (size == buckets.size()) {
      grow();
    }
    put(node);
    size++;
  }

  private void put(PatternNode<E> node) {
    int bucket = bucketOf(node);
    node.nextInBucket = buckets.get(bucket);
    buckets.set(bucket, node);
  }

  private void grow() {
    List<PatternNode<E>> all = new ArrayList<>(size);
    forEach(all::add);
    buckets = noBuckets(4 * buckets.size());
    all.forEach(this::put);
  }

  void remove(PatternNode<E> node) {
    int bucket = bucketOf(node);
    PatternNode<E> before = buckets.get(bucket);
    if (before == node) {
      buckets.set(bucket, node.nextInBucket);
      size--;
      return;
    }
    while (before != null && before.nextInBucket != node) {
      before = before.nextInBucket;
    }
    if (before != null) {
      before.nextInBucket = node.nextInBucket;
      size--;
    }
  }

  void forEach(Consumer<PatternNode<E>> action) {
    for (PatternNode<E> first : buckets) {
      for (PatternNode<E> node = first; node != null; node = node.nextInBucket) {
        action.accept(node);
      }
    }
  }

  private int bucketOf(PatternNode<E> node) {
    return bucketOf(node.segment(), 0, node.segment().length());
  }

  /** The number of buckets is a power of two. */
  private int bucketOf(String text, int start, int end) {
    int mask = buckets.size() - 1;
    if (mask == 0) {
      return 0;
    }
    int hash = salt;
    for (int i = start; i < end; i++) {
      hash = (hash ^ text.charAt(i)) * MULTIPLIER;
      // Without this step, what collides with one salt would collide with all.
      hash ^= hash >>> 15;
    }
    return hash & mask;
  }
}

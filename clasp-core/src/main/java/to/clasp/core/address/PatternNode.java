package to.clasp.core.address;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A segment of a pattern in the tree of all patterns. */
final class PatternNode<E> {

  private final @Nullable PatternNode<E> parent;
  private final String segment;
  private final SegmentKind kind;
  private final boolean needsCheck;
  private final int salt;
  private final Segments<E> literals;
  private final List<PatternNode<E>> mixed = new ArrayList<>(0);
  private @Nullable PatternNode<E> star;
  private @Nullable PatternNode<E> globstar;
  private final List<E> elements = new ArrayList<>(1);

  /** The pattern that ends here, once there is one. */
  private @Nullable AddressPattern pattern;

  /** The last step of a match that has come to this node. */
  private long lastStep;

  /** Belongs to the table that this node is in. */
  @Nullable PatternNode<E> nextInBucket;

  PatternNode(int salt) {
    this(null, "", salt);
  }

  private PatternNode(@Nullable PatternNode<E> parent, String segment, int salt) {
    this.parent = parent;
    this.segment = segment;
    this.kind = SegmentKind.of(segment);
    this.needsCheck = kind == SegmentKind.MIXED || (parent != null && parent.needsCheck);
    this.salt = salt;
    this.literals = new Segments<>(salt);
  }

  String segment() {
    return segment;
  }

  boolean isFor(String address, int start, int end) {
    return segment.length() == end - start && address.startsWith(segment, start);
  }

  /** The node for a segment after this one, or null. */
  @Nullable PatternNode<E> find(String next) {
    return switch (SegmentKind.of(next)) {
      case LITERAL -> literals.find(next, 0, next.length());
      case STAR -> star;
      case GLOBSTAR -> globstar;
      case MIXED -> {
        for (PatternNode<E> node : mixed) {
          if (node.segment.equals(next)) {
            yield node;
          }
        }
        yield null;
      }
    };
  }

  /** The node for a segment after this one; made if there is none. */
  PatternNode<E> child(String next) {
    PatternNode<E> known = find(next);
    if (known != null) {
      return known;
    }
    PatternNode<E> made = new PatternNode<>(this, next, salt);
    switch (made.kind) {
      case LITERAL -> literals.add(made);
      case STAR -> star = made;
      case GLOBSTAR -> globstar = made;
      case MIXED -> mixed.add(made);
    }
    return made;
  }

  void add(AddressPattern whole, E element) {
    pattern = whole;
    elements.add(element);
  }

  /** Removes an element, and the nodes that nothing needs any more; false if it is not here. */
  boolean remove(E element) {
    if (!elements.remove(element)) {
      return false;
    }
    PatternNode<E> node = this;
    while (node.parent != null && node.isEmpty()) {
      node.parent.drop(node);
      node = node.parent;
    }
    return true;
  }

  private void drop(PatternNode<E> child) {
    switch (child.kind) {
      case LITERAL -> literals.remove(child);
      case STAR -> star = null;
      case GLOBSTAR -> globstar = null;
      case MIXED -> mixed.remove(child);
    }
  }

  private boolean isEmpty() {
    return elements.isEmpty()
        && literals.isEmpty()
        && mixed.isEmpty()
        && star == null
        && globstar == null;
  }

  /** Puts this node, and the one after it that takes no segment, into a step of a match. */
  void enter(long step, List<PatternNode<E>> into) {
    if (lastStep == step) {
      return;
    }
    lastStep = step;
    into.add(this);
    if (globstar != null) {
      globstar.enter(step, into);
    }
  }

  /** Puts the nodes that a segment of the address leads to into the next step of a match. */
  void advance(String address, int start, int end, long step, List<PatternNode<E>> into) {
    if (kind == SegmentKind.GLOBSTAR) {
      enter(step, into);
    }
    PatternNode<E> literal = literals.find(address, start, end);
    if (literal != null) {
      literal.enter(step, into);
    }
    if (star != null) {
      star.enter(step, into);
    }
    for (int i = 0; i < mixed.size(); i++) {
      mixed.get(i).enter(step, into);
    }
  }

  /** Adds what is here, for an address whose segments lead here. */
  void collect(String address, List<E> found) {
    AddressPattern whole = pattern;
    if (elements.isEmpty() || whole == null || (needsCheck && !whole.matches(address))) {
      return;
    }
    for (int i = 0; i < elements.size(); i++) {
      found.add(elements.get(i));
    }
  }
}

package to.clasp.router.subscription;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A segment of a pattern in the tree of all patterns. */
final class Node<S extends Subscriber> {

  private enum Kind {
    LITERAL,
    STAR,
    GLOBSTAR,
    /** A star and other characters: taken for a match here, and checked at the end. */
    MIXED;

    static Kind of(String segment) {
      if (segment.indexOf('*') < 0) {
        return LITERAL;
      }
      return switch (segment) {
        case "*" -> STAR;
        case "**" -> GLOBSTAR;
        default -> MIXED;
      };
    }
  }

  private final @Nullable Node<S> parent;
  private final String segment;
  private final Kind kind;
  private final boolean needsCheck;
  private final Map<String, Node<S>> literals = new HashMap<>();
  private final Map<String, Node<S>> mixed = new HashMap<>();
  private @Nullable Node<S> star;
  private @Nullable Node<S> globstar;
  private final List<Subscription<S>> ends = new ArrayList<>();

  /** The last step of a match that has come to this node. */
  private long lastStep;

  Node() {
    this(null, "");
  }

  private Node(@Nullable Node<S> parent, String segment) {
    this.parent = parent;
    this.segment = segment;
    this.kind = Kind.of(segment);
    this.needsCheck = kind == Kind.MIXED || (parent != null && parent.needsCheck);
  }

  /** The node for a segment after this one; made if there is none. */
  Node<S> child(String next) {
    return switch (Kind.of(next)) {
      case LITERAL -> literals.computeIfAbsent(next, text -> new Node<>(this, text));
      case MIXED -> mixed.computeIfAbsent(next, text -> new Node<>(this, text));
      case STAR -> {
        Node<S> known = star;
        if (known == null) {
          known = new Node<>(this, next);
          star = known;
        }
        yield known;
      }
      case GLOBSTAR -> {
        Node<S> known = globstar;
        if (known == null) {
          known = new Node<>(this, next);
          globstar = known;
        }
        yield known;
      }
    };
  }

  void add(Subscription<S> subscription) {
    ends.add(subscription);
  }

  /** Removes a subscription, and the nodes that nothing needs any more. */
  void remove(Subscription<S> subscription) {
    ends.remove(subscription);
    Node<S> node = this;
    while (node.parent != null && node.isEmpty()) {
      node.parent.drop(node);
      node = node.parent;
    }
  }

  /** Puts this node, and the one after it that takes no segment, into a step of a match. */
  void enter(long step, List<Node<S>> into) {
    if (lastStep == step) {
      return;
    }
    lastStep = step;
    into.add(this);
    if (globstar != null) {
      globstar.enter(step, into);
    }
  }

  /** Puts the nodes that one more segment leads to into the next step of a match. */
  void advance(String next, long step, List<Node<S>> into) {
    if (kind == Kind.GLOBSTAR) {
      enter(step, into);
    }
    Node<S> literal = literals.get(next);
    if (literal != null) {
      literal.enter(step, into);
    }
    if (star != null) {
      star.enter(step, into);
    }
    if (!mixed.isEmpty()) {
      mixed.values().forEach(node -> node.enter(step, into));
    }
  }

  List<Subscription<S>> ends() {
    return ends;
  }

  /** Whether a match that leads here must still be checked against the whole pattern. */
  boolean needsCheck() {
    return needsCheck;
  }

  boolean isEmpty() {
    return ends.isEmpty()
        && literals.isEmpty()
        && mixed.isEmpty()
        && star == null
        && globstar == null;
  }

  private void drop(Node<S> child) {
    switch (child.kind) {
      case LITERAL -> literals.remove(child.segment);
      case MIXED -> mixed.remove(child.segment);
      case STAR -> star = null;
      case GLOBSTAR -> globstar = null;
    }
  }
}

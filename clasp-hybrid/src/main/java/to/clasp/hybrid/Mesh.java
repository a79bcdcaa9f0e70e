package to.clasp.hybrid;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which announced peers are to be kept linked: the first ones, up to a limit; when one leaves, the
 * next takes its place. Confined to the loop.
 */
final class Mesh {

  private final int limit;
  private final Consumer<String> keep;
  private final Set<String> members = new LinkedHashSet<>();

  /**
   * Makes an empty mesh.
   *
   * @param limit 0 for none
   * @param keep links with a peer, and keeps the link
   */
  Mesh(int limit, Consumer<String> keep) {
    this.limit = limit;
    this.keep = keep;
  }

  void joined(String peer) {
    if (members.size() < limit && members.add(peer)) {
      keep.accept(peer);
    }
  }

  /** A peer has gone; true if it was a member, and those that are there may take its place. */
  boolean left(String peer, Collection<String> present) {
    if (!members.remove(peer)) {
      return false;
    }
    present.forEach(this::joined);
    return true;
  }
}

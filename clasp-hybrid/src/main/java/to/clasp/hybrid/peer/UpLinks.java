package to.clasp.hybrid.peer;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.CloseReason;
import to.clasp.transport.peer.PeerChannel;

/**
 * The links to one peer that are up: the newest, at times the one that it is to replace, and one
 * that it has replaced. Confined to the loop, but for {@link #newest()}.
 */
final class UpLinks {

  /** What a link was when it ended. */
  enum Place {
    NEWEST,
    REPLACED,
    RETIRED,
    /** None of those that are up. */
    NONE
  }

  private volatile @Nullable Attempt newest;

  /** Stays until the newest has proven itself; null when there is none. */
  private @Nullable Attempt replaced;

  private final RetiredLink retired;

  UpLinks(RetiredLink retired) {
    this.retired = retired;
  }

  /** For any thread. */
  @Nullable Attempt newest() {
    return newest;
  }

  @Nullable Attempt replaced() {
    return replaced;
  }

  boolean isNewest(PeerChannel channel) {
    Attempt up = newest;
    return up != null && up.channel() == channel;
  }

  /** The newest first. */
  List<Attempt> all() {
    return Stream.of(newest, replaced, retired.link()).flatMap(Stream::ofNullable).toList();
  }

  @Nullable Attempt with(PeerChannel channel) {
    return all().stream().filter(up -> up.channel() == channel).findFirst().orElse(null);
  }

  @Nullable Attempt with(String correlationId) {
    return all().stream()
        .filter(up -> up.correlationId().equals(correlationId))
        .findFirst()
        .orElse(null);
  }

  /**
   * A link has opened. Of two before it, the one stays that frames take.
   *
   * @param routed the link that frames take, or null
   * @return one that is not wanted any more, or null
   */
  @Nullable Attempt open(Attempt fresh, @Nullable Attempt routed) {
    Attempt before = newest;
    Attempt oldest = replaced;
    newest = fresh;
    if (before == null) {
      return null;
    }
    // Beside two links a third would not be watched.
    retired.end();
    boolean oldestServes = oldest != null && oldest == routed;
    replaced = oldestServes ? oldest : before;
    return oldestServes ? before : oldest;
  }

  /**
   * The newest can do without the one before it, which stays for a while if the peer may use it.
   */
  @Nullable Attempt takeReplaced() {
    Attempt before = replaced;
    replaced = null;
    return before;
  }

  void retire(Attempt before) {
    retired.put(before);
  }

  /** Takes a link out that has ended; the one before the newest takes its place again. */
  Place remove(Attempt gone) {
    if (gone == newest) {
      newest = replaced != null ? replaced : retired.recall();
      replaced = null;
      return Place.NEWEST;
    }
    if (gone == replaced) {
      replaced = null;
      return Place.REPLACED;
    }
    return retired.ended(gone) ? Place.RETIRED : Place.NONE;
  }

  /** Takes all out, the oldest first, so that frames do not move from one to the next. */
  List<Attempt> takeAll() {
    List<Attempt> all =
        Stream.of(retired.recall(), replaced, newest).flatMap(Stream::ofNullable).toList();
    replaced = null;
    newest = null;
    return all;
  }

  static CloseReason newerLink() {
    return CloseReason.of(CloseReason.Code.REPLACED, "a newer link took over");
  }
}

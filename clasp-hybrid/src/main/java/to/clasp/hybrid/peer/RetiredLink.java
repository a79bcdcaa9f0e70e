package to.clasp.hybrid.peer;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;

/**
 * A link whose place a newer one has taken. It stays for a while ({@link
 * P2POptions#drainTimeout()}), for the peer may still use it until it trusts the newer one as well.
 * Confined to the loop.
 */
final class RetiredLink {

  private final Environment environment;
  private final Consumer<Attempt> over;
  private @Nullable Attempt link;
  private EventLoop.@Nullable Timer timer;

  /**
   * Makes an empty place.
   *
   * @param over closes a link whose time is over
   */
  RetiredLink(Environment environment, Consumer<Attempt> over) {
    this.environment = environment;
    this.over = over;
  }

  /** The link that is still there, or null. */
  @Nullable Attempt link() {
    return link;
  }

  /** Takes a link in; one that is still there is closed at once. */
  void put(Attempt retired) {
    end();
    link = retired;
    timer = environment.loop().schedule(environment.options().drainTimeout(), this::end);
  }

  /** Closes the link, if there is one. */
  void end() {
    Attempt ending = clear();
    if (ending != null) {
      over.accept(ending);
    }
  }

  /** A link has ended by itself; true if it was this one. */
  boolean ended(Attempt gone) {
    if (gone != link) {
      return false;
    }
    clear();
    return true;
  }

  /** The newer link has ended: this one is needed again. Null when there is none. */
  @Nullable Attempt recall() {
    return clear();
  }

  private @Nullable Attempt clear() {
    Attempt cleared = link;
    link = null;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    return cleared;
  }
}

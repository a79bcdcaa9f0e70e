package to.clasp.client;

import org.jspecify.annotations.Nullable;
import to.clasp.client.Revisions.Kind;
import to.clasp.core.value.Value;

/** The newest that is known of a parameter. Guarded by its owner. */
final class Known {

  /** Unsigned; null when the value came without one, and so is the newest. */
  private @Nullable Long revision;

  private Value value;
  private long at;
  private boolean direct;
  private long directAt;

  Known(@Nullable Long revision, Value value, long at) {
    this.revision = revision;
    this.value = value;
    this.at = at;
  }

  void set(@Nullable Long newRevision, Value newValue, long now) {
    revision = newRevision;
    value = newValue;
    at = now;
  }

  Value value() {
    return value;
  }

  /** Revisions of one session mean nothing in the next one. */
  void forgetRevision() {
    revision = null;
  }

  /** A peer has written it directly now; the router does not know of that. */
  void writtenDirectly(long now) {
    direct = true;
    directAt = now;
  }

  /** The router knows better than what a peer has written directly. */
  void writtenByRouter() {
    direct = false;
  }

  /** Whether a peer has written it directly, and the router nothing newer since. */
  boolean isWrittenDirectly() {
    return direct;
  }

  /** When a peer has written it directly. */
  long writtenDirectlyAt() {
    return directAt;
  }

  /** Whether something from the router is newer than this. */
  boolean isOlderThan(long newRevision, Value newValue, Kind kind, long now) {
    if (revision == null) {
      return true;
    }
    int order = Long.compareUnsigned(newRevision, revision);
    if (order > 0) {
      return true;
    }
    boolean began = now - at > Revisions.LATE_NANOS;
    if (order < 0) {
      return began;
    }
    // The same again, unless it is the same number of another life.
    return !newValue.equals(value) || (began && kind == Kind.LIVE);
  }
}

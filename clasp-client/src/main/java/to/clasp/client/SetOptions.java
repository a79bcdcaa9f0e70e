package to.clasp.client;

import org.jspecify.annotations.Nullable;
import to.clasp.core.address.Address;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.Ttl;
import to.clasp.core.value.Value;

/**
 * How to set a parameter.
 *
 * @param ttl lifetime, or null to keep the router's
 * @param lock take the lock; the router refuses when another session holds it
 * @param unlock release the lock
 * @param expectedRevision write only if the parameter has this revision (unsigned), or null
 */
public record SetOptions(
    @Nullable Ttl ttl, boolean lock, boolean unlock, @Nullable Long expectedRevision) {

  /** A plain write. */
  public static final SetOptions DEFAULTS = new SetOptions(null, false, false, null);

  /**
   * The same with a lifetime.
   *
   * @param ttl the lifetime
   * @return changed options
   */
  public SetOptions withTtl(Ttl ttl) {
    return new SetOptions(ttl, lock, unlock, expectedRevision);
  }

  /**
   * The same, taking the lock.
   *
   * @return changed options
   */
  public SetOptions withLock() {
    return new SetOptions(ttl, true, unlock, expectedRevision);
  }

  /**
   * The same, releasing the lock.
   *
   * @return changed options
   */
  public SetOptions withUnlock() {
    return new SetOptions(ttl, lock, true, expectedRevision);
  }

  /**
   * The same, written only on top of a revision.
   *
   * @param revision the expected revision, unsigned
   * @return changed options
   */
  public SetOptions withExpectedRevision(long revision) {
    return new SetOptions(ttl, lock, unlock, revision);
  }

  /** The message that sets a value like this. */
  SetMessage message(String address, @Nullable Object value) {
    return new SetMessage(
        Address.requireValid(address), Value.of(value), expectedRevision, lock, unlock, ttl);
  }
}

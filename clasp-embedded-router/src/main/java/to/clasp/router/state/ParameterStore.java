package to.clasp.router.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import to.clasp.core.address.GlobPattern;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.Ttl;

/**
 * The parameters, with revisions, locks and lifetimes (CLASP router behaviour, "SET, revisions,
 * locks, expiry"). Bounded: a new parameter over the limit evicts the one written longest ago.
 * Confined to one thread.
 */
public final class ParameterStore {

  private final int maxParameters;
  private final long lifetimeNanos;

  /** In the order of their last write. */
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /** The one written last: a write to it changes no order. */
  private @Nullable Parameter newest;

  /**
   * Makes an empty store.
   *
   * @param maxParameters how many it keeps; at least 1
   * @param lifetime how long it keeps one after its last write, unless a SET says otherwise
   */
  public ParameterStore(int maxParameters, Duration lifetime) {
    this.maxParameters = maxParameters;
    this.lifetimeNanos = lifetime.toNanos();
  }

  /**
   * Writes a parameter.
   *
   * @param set the SET
   * @param writer the session that sends it
   * @param nowMicros the wall clock, which orders writes
   * @param nowNanos the monotonic clock, which ends lifetimes
   * @return the new revision, or why it was refused
   */
  public WriteResult write(SetMessage set, String writer, long nowMicros, long nowNanos) {
    Parameter parameter = parameters.get(set.address());
    if (parameter == null) {
      parameter = create(set, writer);
    } else {
      String refusal = refusal(parameter, set, writer, nowMicros);
      if (refusal != null) {
        return new WriteResult.Refused(refusal);
      }
      parameter.value = set.value();
      parameter.writer = writer;
      moveToEnd(parameter);
    }
    parameter.revision++;
    parameter.writtenMicros = nowMicros;
    parameter.writtenNanos = nowNanos;
    if (set.ttl() != null) {
      parameter.ttl = set.ttl();
    }
    if (set.lock()) {
      parameter.lockHolder = writer;
    }
    if (set.unlock() && writer.equals(parameter.lockHolder)) {
      parameter.lockHolder = null;
    }
    newest = parameter;
    return new WriteResult.Stored(parameter.revision);
  }

  /** The unlock flag opens the lock of another for one write, but not together with lock. */
  private static @Nullable String refusal(
      Parameter parameter, SetMessage set, String writer, long nowMicros) {
    Long expected = set.revision();
    if (expected != null && expected != parameter.revision) {
      return "RevisionConflict { expected: "
          + Long.toUnsignedString(expected)
          + ", actual: "
          + Long.toUnsignedString(parameter.revision)
          + " }";
    }
    String holder = parameter.lockHolder;
    if (holder != null && !holder.equals(writer) && (set.lock() || !set.unlock())) {
      return "LockHeld { holder: \"" + holder + "\" }";
    }
    return nowMicros < parameter.writtenMicros ? "ConflictRejected" : null;
  }

  private Parameter create(SetMessage set, String writer) {
    if (parameters.size() >= maxParameters) {
      Iterator<Parameter> oldest = parameters.values().iterator();
      oldest.next();
      oldest.remove();
    }
    Parameter parameter = new Parameter(set.address(), set.value(), writer);
    parameters.put(set.address(), parameter);
    return parameter;
  }

  private void moveToEnd(Parameter parameter) {
    if (parameter != newest) {
      parameters.remove(parameter.address);
      parameters.put(parameter.address, parameter);
    }
  }

  /**
   * Reads a parameter.
   *
   * @param address its address, exactly
   * @return the parameter, or null if there is none
   */
  public @Nullable ParamState get(String address) {
    Parameter parameter = parameters.get(address);
    return parameter == null ? null : parameter.state();
  }

  /**
   * Reads all parameters.
   *
   * @return the parameters, those written longest ago first
   */
  public List<ParamState> all() {
    return parameters.values().stream().map(Parameter::state).toList();
  }

  /**
   * Reads the parameters that a subscription begins with.
   *
   * @param pattern which
   * @return the parameters, those written longest ago first
   */
  public List<ParamState> matching(GlobPattern pattern) {
    List<ParamState> matching = new ArrayList<>();
    for (Parameter parameter : parameters.values()) {
      if (pattern.matches(parameter.address)) {
        matching.add(parameter.state());
      }
    }
    return matching;
  }

  /**
   * Removes the parameters whose lifetime is over. Nobody is told.
   *
   * @param nowNanos the monotonic clock
   */
  public void removeExpired(long nowNanos) {
    parameters
        .values()
        .removeIf(parameter -> nowNanos - parameter.writtenNanos >= lifetime(parameter));
  }

  /** All lifetimes count from the last write: reading extends none. */
  private long lifetime(Parameter parameter) {
    Ttl ttl = parameter.ttl;
    if (ttl == null) {
      return lifetimeNanos;
    }
    return switch (ttl.mode()) {
      case NEVER -> Long.MAX_VALUE;
      case SLIDING, ABSOLUTE -> TimeUnit.SECONDS.toNanos(ttl.seconds());
    };
  }

  /**
   * Counts the parameters.
   *
   * @return their number
   */
  public int size() {
    return parameters.size();
  }
}

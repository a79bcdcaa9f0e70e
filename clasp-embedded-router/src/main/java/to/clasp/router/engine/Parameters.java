package to.clasp.router.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import to.clasp.core.address.GlobPattern;
import to.clasp.core.message.AckMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.SetMessage;
import to.clasp.core.message.SignalType;
import to.clasp.router.session.Session;
import to.clasp.router.state.ParameterStore;
import to.clasp.router.state.WriteResult;

/** Handles SET and GET (CLASP router behaviour, "SET, revisions, locks, expiry"). */
final class Parameters {

  private static final int FORBIDDEN = 301;
  private static final int REFUSED = 400;

  private final Context context;
  private final Delivery delivery;
  private final Snapshots snapshots;
  private final ParameterStore store;

  Parameters(Context context, Delivery delivery, Snapshots snapshots) {
    this.context = context;
    this.delivery = delivery;
    this.snapshots = snapshots;
    this.store =
        new ParameterStore(context.options.maxParameters(), context.options.parameterLifetime());
  }

  void set(Session session, SetMessage set) {
    String address = set.address();
    if (!session.scopes().mayWrite(address)) {
      delivery.error(
          session.connection(), FORBIDDEN, "Insufficient scope for write operation", address);
      return;
    }
    WriteResult result = write(session, set);
    if (result instanceof WriteResult.Stored stored) {
      delivery.reply(
          session.connection(), new AckMessage(address, stored.revision(), null, null, null));
    } else if (result instanceof WriteResult.Refused refused) {
      delivery.error(session.connection(), REFUSED, refused.reason(), address);
    }
  }

  /** Stores and, if that worked, tells those that subscribe, the writer too. */
  WriteResult write(Session session, SetMessage set) {
    WriteResult result =
        store.write(set, session.id(), context.nowMicros(), context.loop.nanoTime());
    if (result instanceof WriteResult.Stored stored) {
      context.counters.sets.increment();
      context.counters.parameters.set(store.size());
      SetMessage update =
          new SetMessage(
              set.address(), set.value(), stored.revision(), set.lock(), set.unlock(), set.ttl());
      delivery.broadcast(
          update, context.index.match(set.address(), SignalType.PARAM), null, session.connection());
    } else {
      context.counters.refusedSets.increment();
    }
    return result;
  }

  void get(Session session, GetMessage get) {
    String address = get.address();
    if (!session.scopes().mayGet(address)) {
      delivery.error(
          session.connection(), FORBIDDEN, "Insufficient scope for read operation", address);
      return;
    }
    ParamState state = store.get(address);
    if (state != null) {
      snapshots.send(session.connection(), List.of(state));
    }
  }

  /** The state that a session or, with a pattern, a subscription begins with. */
  List<ParamState> read(@Nullable String pattern) {
    return pattern == null ? store.all() : store.matching(GlobPattern.compile(pattern));
  }

  void removeExpired() {
    store.removeExpired(context.loop.nanoTime());
    context.counters.parameters.set(store.size());
  }
}

package to.clasp.router.engine;

import java.util.List;
import to.clasp.core.message.ParamState;
import to.clasp.core.message.SnapshotMessage;
import to.clasp.router.options.BadManner;
import to.clasp.router.session.Connection;

/** Sends snapshots in parts (CLASP router behaviour, "SNAPSHOT"). */
final class Snapshots {

  /** Parts are made by count. One that does not fit into a frame is lost at the real router. */
  private static final int MAX_PARAMETERS = 800;

  private final Context context;
  private final Delivery delivery;

  Snapshots(Context context, Delivery delivery) {
    this.context = context;
    this.delivery = delivery;
  }

  /** Sends parameters; one empty part when there are none. */
  void send(Connection connection, List<ParamState> params) {
    if (context.has(BadManner.LOSES_ALL_SNAPSHOTS)) {
      return;
    }
    if (params.isEmpty()) {
      delivery.reply(connection, new SnapshotMessage(params));
      return;
    }
    for (int from = 0; from < params.size(); from += MAX_PARAMETERS) {
      sendPart(connection, params.subList(from, Math.min(from + MAX_PARAMETERS, params.size())));
    }
  }

  private void sendPart(Connection connection, List<ParamState> params) {
    SnapshotMessage part = new SnapshotMessage(params);
    if (delivery.reply(connection, part)) {
      return;
    }
    if (params.size() > 1 && !context.has(BadManner.LOSES_LARGE_SNAPSHOTS)) {
      int half = params.size() / 2;
      sendPart(connection, params.subList(0, half));
      sendPart(connection, params.subList(half, params.size()));
    }
  }
}

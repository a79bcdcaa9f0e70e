package to.clasp.core.message;

import java.util.List;

/**
 * SNAPSHOT: parameters with their state. The router sends it unasked, chunked and without an end
 * marker; never wait for it.
 *
 * @param params the parameters, in no particular order
 */
public record SnapshotMessage(List<ParamState> params) implements Message {

  /** Copies the collections. */
  public SnapshotMessage {
    params = List.copyOf(params);
  }

  @Override
  public MessageType type() {
    return MessageType.SNAPSHOT;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

package to.clasp.core.message;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * FEDERATION_SYNC: talk between routers. Clients neither send nor receive it; it is here for
 * completeness.
 *
 * @param op what is asked or told
 * @param patterns namespace patterns
 * @param revisions revision (unsigned) by address
 * @param sinceRevision unsigned revision to start after, or null
 * @param origin name of the router that the data comes from, or null
 */
public record FederationSyncMessage(
    FederationOp op,
    List<String> patterns,
    Map<String, Long> revisions,
    @Nullable Long sinceRevision,
    @Nullable String origin)
    implements Message {

  /** Copies the collections. */
  public FederationSyncMessage {
    patterns = List.copyOf(patterns);
    revisions = Map.copyOf(revisions);
  }

  @Override
  public MessageType type() {
    return MessageType.FEDERATION_SYNC;
  }

  @Override
  public QoS defaultQos() {
    return QoS.CONFIRM;
  }
}

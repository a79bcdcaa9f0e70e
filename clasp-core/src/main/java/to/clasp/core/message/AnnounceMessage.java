package to.clasp.core.message;

import java.util.List;

/**
 * ANNOUNCE: tells the router which signals a client offers.
 *
 * @param namespace common prefix of the signals
 * @param signals the signals
 */
public record AnnounceMessage(String namespace, List<SignalDefinition> signals) implements Message {

  /** Copies the collections. */
  public AnnounceMessage {
    signals = List.copyOf(signals);
  }

  @Override
  public MessageType type() {
    return MessageType.ANNOUNCE;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

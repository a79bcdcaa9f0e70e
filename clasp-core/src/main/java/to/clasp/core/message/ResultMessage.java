package to.clasp.core.message;

import java.util.List;

/**
 * RESULT: answers QUERY. The metadata of a definition does not travel in it.
 *
 * @param signals the definitions, possibly none
 */
public record ResultMessage(List<SignalDefinition> signals) implements Message {

  /** Copies the collections. */
  public ResultMessage {
    signals = List.copyOf(signals);
  }

  @Override
  public MessageType type() {
    return MessageType.RESULT;
  }

  @Override
  public QoS defaultQos() {
    return QoS.FIRE;
  }
}

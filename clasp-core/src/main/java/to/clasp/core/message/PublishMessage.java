package to.clasp.core.message;

import java.util.List;
import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * PUBLISH: an event, stream, gesture or timeline. Either {@code value} or {@code samples} may be
 * there; a value wins.
 *
 * @param address the address
 * @param signal what kind of data this is; on the wire a missing one is EVENT
 * @param value the value, or null
 * @param samples a run of samples, or null
 * @param phase the phase of a gesture; START for everything else, as on the wire
 * @param timestamp unsigned microseconds since 1970, or null
 * @param id gesture id, unsigned, or null
 * @param rate sample rate, unsigned, or null
 */
public record PublishMessage(
    String address,
    SignalType signal,
    @Nullable Value value,
    @Nullable List<Double> samples,
    GesturePhase phase,
    @Nullable Long timestamp,
    @Nullable Integer id,
    @Nullable Integer rate)
    implements Message {

  /** Copies the collections. */
  public PublishMessage {
    samples = samples == null ? null : List.copyOf(samples);
  }

  @Override
  public MessageType type() {
    return MessageType.PUBLISH;
  }

  @Override
  public QoS defaultQos() {
    return signal.defaultQos();
  }

  /**
   * Makes a PUBLISH with a value and nothing else.
   *
   * @param address the address
   * @param signal the kind of data
   * @param value the value
   * @return a message without samples, timestamp, id or rate
   */
  public static PublishMessage of(String address, SignalType signal, Value value) {
    return new PublishMessage(address, signal, value, null, GesturePhase.START, null, null, null);
  }
}

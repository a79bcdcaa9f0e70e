package to.clasp.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import to.clasp.core.address.Address;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SignalType;
import to.clasp.core.value.Value;

/**
 * Several sends in one frame. The router checks permissions for all or none, applies the sets in
 * order and then publishes the rest in order; a set that fails for its lock or revision does not
 * hold up the others. Not safe for use by several threads at once.
 */
public final class Bundle {

  private final List<Message> messages = new ArrayList<>();

  /** An empty bundle. */
  public Bundle() {}

  /**
   * Adds a set.
   *
   * @param address where
   * @param value what; see {@link Value#of(Object)}
   * @return this
   * @throws to.clasp.core.address.InvalidAddressException if the address is none
   */
  public Bundle set(String address, @Nullable Object value) {
    return set(address, value, SetOptions.DEFAULTS);
  }

  /**
   * Adds a set.
   *
   * @param address where
   * @param value what; see {@link Value#of(Object)}
   * @param how lifetime, lock, expected revision; the router leaves a set out that fails for these
   * @return this
   * @throws to.clasp.core.address.InvalidAddressException if the address is none
   */
  public Bundle set(String address, @Nullable Object value, SetOptions how) {
    messages.add(how.message(address, value));
    return this;
  }

  /**
   * Adds an event.
   *
   * @param address where
   * @param value what; see {@link Value#of(Object)}
   * @return this
   * @throws to.clasp.core.address.InvalidAddressException if the address is none
   */
  public Bundle emit(String address, @Nullable Object value) {
    messages.add(
        PublishMessage.of(Address.requireValid(address), SignalType.EVENT, Value.of(value)));
    return this;
  }

  /**
   * Adds a stream value.
   *
   * @param address where
   * @param value what; see {@link Value#of(Object)}
   * @return this
   * @throws to.clasp.core.address.InvalidAddressException if the address is none
   */
  public Bundle stream(String address, @Nullable Object value) {
    messages.add(
        PublishMessage.of(Address.requireValid(address), SignalType.STREAM, Value.of(value)));
    return this;
  }

  List<Message> messages() {
    return List.copyOf(messages);
  }
}

package to.clasp.core.message;

import org.jspecify.annotations.Nullable;

/**
 * What a client says of a signal that it offers.
 *
 * @param address the address
 * @param signal the kind of data
 * @param datatype free text, or null
 * @param access free text, or null
 * @param meta more about the values, or null
 */
public record SignalDefinition(
    String address,
    SignalType signal,
    @Nullable String datatype,
    @Nullable String access,
    @Nullable SignalMeta meta) {}

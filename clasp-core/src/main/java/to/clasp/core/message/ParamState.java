package to.clasp.core.message;

import org.jspecify.annotations.Nullable;
import to.clasp.core.value.Value;

/**
 * A parameter as the router keeps it.
 *
 * @param address the address
 * @param value the value
 * @param revision unsigned; grows by one with each accepted write
 * @param writer session that wrote it last, or null
 * @param timestamp when, unsigned microseconds since 1970 on the router's clock, or null
 */
public record ParamState(
    String address,
    Value value,
    long revision,
    @Nullable String writer,
    @Nullable Long timestamp) {}

package to.clasp.core.message;

import org.jspecify.annotations.Nullable;

/**
 * How a subscription may be thinned. Routers store these and do not apply them; the client thins by
 * itself.
 *
 * @param maxRate most deliveries a second, unsigned, or null
 * @param epsilon smallest change of a number worth delivering, or null
 * @param history number of past values wanted, unsigned, or null
 * @param window time window, unsigned, or null
 */
public record SubscribeOptions(
    @Nullable Integer maxRate,
    @Nullable Double epsilon,
    @Nullable Integer history,
    @Nullable Integer window) {}

/**
 * Decorators that make transports lose, delay, repeat and reorder frames, and break, on purpose.
 */
@NullMarked
package to.clasp.testkit.fault;

import org.jspecify.annotations.NullMarked;

/** Measures the way of a message through the client, without a network. */
@NullMarked
package to.clasp.benchmarks.client;

import org.jspecify.annotations.NullMarked;

/** Measures how an update finds its subscriptions. */
@NullMarked
package to.clasp.benchmarks.match;

import org.jspecify.annotations.NullMarked;

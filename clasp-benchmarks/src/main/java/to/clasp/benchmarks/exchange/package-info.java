/** Two processes that exchange numbered values, wherever they run. */
@NullMarked
package to.clasp.benchmarks.exchange;

import org.jspecify.annotations.NullMarked;

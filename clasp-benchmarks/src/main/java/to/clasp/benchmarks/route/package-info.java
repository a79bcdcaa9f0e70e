/** Measures the decision which way a frame takes. */
@NullMarked
package to.clasp.benchmarks.route;

import org.jspecify.annotations.NullMarked;

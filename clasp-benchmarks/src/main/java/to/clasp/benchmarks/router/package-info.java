/** Measures the way of a message through the embedded router. */
@NullMarked
package to.clasp.benchmarks.router;

import org.jspecify.annotations.NullMarked;

/** Benchmarks; run them on a quiet machine. */
@NullMarked
package to.clasp.benchmarks;

import org.jspecify.annotations.NullMarked;

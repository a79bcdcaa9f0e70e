/** Measures the codec. */
@NullMarked
package to.clasp.benchmarks.codec;

import org.jspecify.annotations.NullMarked;

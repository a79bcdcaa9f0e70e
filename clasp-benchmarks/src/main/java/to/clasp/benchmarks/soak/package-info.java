/** Two peers that are disturbed at random for a long time. */
@NullMarked
package to.clasp.benchmarks.soak;

import org.jspecify.annotations.NullMarked;

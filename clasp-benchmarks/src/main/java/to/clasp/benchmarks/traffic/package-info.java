/** Numbered values from one client to another, and the books of what arrived. */
@NullMarked
package to.clasp.benchmarks.traffic;

import org.jspecify.annotations.NullMarked;

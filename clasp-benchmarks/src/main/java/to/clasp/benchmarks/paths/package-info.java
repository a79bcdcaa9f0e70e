/** Direct paths that can be killed and restored, and what the clients make of that. */
@NullMarked
package to.clasp.benchmarks.paths;

import org.jspecify.annotations.NullMarked;

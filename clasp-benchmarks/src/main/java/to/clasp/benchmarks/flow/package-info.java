/** As many numbered messages as a link takes, from one peer to another. */
@NullMarked
package to.clasp.benchmarks.flow;

import org.jspecify.annotations.NullMarked;

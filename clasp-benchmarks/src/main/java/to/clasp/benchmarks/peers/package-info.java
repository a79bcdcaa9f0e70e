/** What it costs to make links to many peers, and to have them. */
@NullMarked
package to.clasp.benchmarks.peers;

import org.jspecify.annotations.NullMarked;

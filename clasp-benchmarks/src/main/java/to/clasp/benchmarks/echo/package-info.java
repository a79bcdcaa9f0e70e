/** How long one message takes to another peer and back. */
@NullMarked
package to.clasp.benchmarks.echo;

import org.jspecify.annotations.NullMarked;

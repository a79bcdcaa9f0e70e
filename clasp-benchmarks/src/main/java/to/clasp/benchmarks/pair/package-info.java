/** Two peers in this JVM, as clients of ours and as bare WebRTC connections. */
@NullMarked
package to.clasp.benchmarks.pair;

import org.jspecify.annotations.NullMarked;

/** A relay that stands between two peers on this machine and can cut the path between them. */
@NullMarked
package to.clasp.testkit.relay;

import org.jspecify.annotations.NullMarked;

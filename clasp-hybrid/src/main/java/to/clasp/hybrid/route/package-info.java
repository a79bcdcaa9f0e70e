/** The decision which frames are for a peer, and for which. */
@NullMarked
package to.clasp.hybrid.route;

import org.jspecify.annotations.NullMarked;

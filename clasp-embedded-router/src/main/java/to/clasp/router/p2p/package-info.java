/** Addresses that a router treats in its own way, for peers to find each other. */
@NullMarked
package to.clasp.router.p2p;

import org.jspecify.annotations.NullMarked;

/** The hybrid transport: per address, the direct link to a peer or the router. */
@NullMarked
package to.clasp.hybrid;

import org.jspecify.annotations.NullMarked;

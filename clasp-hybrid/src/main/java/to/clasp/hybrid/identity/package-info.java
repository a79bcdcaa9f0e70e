/** How signals are sealed, and how the peers of a link prove who they are. Not exported. */
@NullMarked
package to.clasp.hybrid.identity;

import org.jspecify.annotations.NullMarked;

/** The link to a peer of ours: numbered frames that survive any change of their path. */
@NullMarked
package to.clasp.hybrid.link;

import org.jspecify.annotations.NullMarked;

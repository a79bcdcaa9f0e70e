/**
 * Who a peer is: keys that peers prove to have, where they are remembered, and what is known of the
 * security of a link.
 */
@NullMarked
package to.clasp.transport.identity;

import org.jspecify.annotations.NullMarked;

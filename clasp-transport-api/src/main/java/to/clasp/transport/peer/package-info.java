/** Transports to one remote peer, their signals, options, events and snapshots. */
@NullMarked
package to.clasp.transport.peer;

import org.jspecify.annotations.NullMarked;

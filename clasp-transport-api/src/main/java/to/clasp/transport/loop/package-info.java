/** The event loop that confines the state of a transport to one thread. */
@NullMarked
package to.clasp.transport.loop;

import org.jspecify.annotations.NullMarked;

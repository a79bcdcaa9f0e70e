/** The messages of the protocol as immutable data, one record for each message type. */
@NullMarked
package to.clasp.core.message;

import org.jspecify.annotations.NullMarked;

/** Connections of clients and the sessions on them, without I/O. */
@NullMarked
package to.clasp.router.session;

import org.jspecify.annotations.NullMarked;

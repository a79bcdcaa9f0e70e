/** The protocol of a router, without I/O: what is received goes in, what is sent comes out. */
@NullMarked
package to.clasp.router.engine;

import org.jspecify.annotations.NullMarked;

/** Providers of transports and how they are found. */
@NullMarked
package to.clasp.transport.spi;

import org.jspecify.annotations.NullMarked;

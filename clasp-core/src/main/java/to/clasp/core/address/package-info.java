/** Addresses and address patterns. */
@NullMarked
package to.clasp.core.address;

import org.jspecify.annotations.NullMarked;

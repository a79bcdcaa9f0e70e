/** Helpers that several packages share; not exported. */
@NullMarked
package to.clasp.core.internal;

import org.jspecify.annotations.NullMarked;

/** A small CLASP router for demos, development and tests. */
@NullMarked
package to.clasp.router;

import org.jspecify.annotations.NullMarked;

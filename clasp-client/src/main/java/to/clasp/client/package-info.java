/** The CLASP client. */
@NullMarked
package to.clasp.client;

import org.jspecify.annotations.NullMarked;

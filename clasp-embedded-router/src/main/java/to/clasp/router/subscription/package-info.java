/** Who gets what is sent to an address. */
@NullMarked
package to.clasp.router.subscription;

import org.jspecify.annotations.NullMarked;

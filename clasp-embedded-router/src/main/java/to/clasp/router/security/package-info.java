/** Tokens and what they allow. */
@NullMarked
package to.clasp.router.security;

import org.jspecify.annotations.NullMarked;

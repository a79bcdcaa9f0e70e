/** The relation to each peer: attempts, link, circuit breaker, route. */
@NullMarked
package to.clasp.hybrid.peer;

import org.jspecify.annotations.NullMarked;

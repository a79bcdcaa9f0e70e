/** What the router keeps: parameters with their revisions and locks, and announced signals. */
@NullMarked
package to.clasp.router.state;

import org.jspecify.annotations.NullMarked;

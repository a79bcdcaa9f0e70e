/** Tests against programs in Node; {@code interop/run} runs them. */
@NullMarked
package to.clasp.it.node;

import org.jspecify.annotations.NullMarked;

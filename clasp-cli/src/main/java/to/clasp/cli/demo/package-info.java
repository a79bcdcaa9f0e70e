/** The demo: values on their way to a peer while the direct path is cut and comes back. */
@NullMarked
package to.clasp.cli.demo;

import org.jspecify.annotations.NullMarked;

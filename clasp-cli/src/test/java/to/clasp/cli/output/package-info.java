@NullMarked
package to.clasp.cli.output;

import org.jspecify.annotations.NullMarked;

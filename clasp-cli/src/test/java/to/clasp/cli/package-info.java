@NullMarked
package to.clasp.cli;

import org.jspecify.annotations.NullMarked;

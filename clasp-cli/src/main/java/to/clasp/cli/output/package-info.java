/** What commands print, for people and for programs. */
@NullMarked
package to.clasp.cli.output;

import org.jspecify.annotations.NullMarked;

@NullMarked
package to.clasp.cli.command;

import org.jspecify.annotations.NullMarked;

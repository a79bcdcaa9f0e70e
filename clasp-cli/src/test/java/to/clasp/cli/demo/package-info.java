@NullMarked
package to.clasp.cli.demo;

import org.jspecify.annotations.NullMarked;

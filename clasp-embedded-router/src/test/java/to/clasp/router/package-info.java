@NullMarked
package to.clasp.router;

import org.jspecify.annotations.NullMarked;

@NullMarked
package to.clasp.router.engine;

import org.jspecify.annotations.NullMarked;

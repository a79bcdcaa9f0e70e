@NullMarked
package to.clasp.hybrid.route;

import org.jspecify.annotations.NullMarked;

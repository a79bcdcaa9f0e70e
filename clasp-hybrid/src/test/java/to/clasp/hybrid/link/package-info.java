@NullMarked
package to.clasp.hybrid.link;

import org.jspecify.annotations.NullMarked;

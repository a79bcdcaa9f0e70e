@NullMarked
package to.clasp.router.transcript;

import org.jspecify.annotations.NullMarked;

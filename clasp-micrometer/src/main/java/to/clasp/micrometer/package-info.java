/** Metrics of CLASP clients for Micrometer. */
@NullMarked
package to.clasp.micrometer;

import org.jspecify.annotations.NullMarked;

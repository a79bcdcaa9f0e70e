/**
 * What the benchmarks share: contestants that take turns, spreads instead of single numbers, and
 * one kind of report, as a table or as one line of JSON.
 */
@NullMarked
package to.clasp.benchmarks.measure;

import org.jspecify.annotations.NullMarked;

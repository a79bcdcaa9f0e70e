/** Benchmarks in JVMs of their own, by JMH. */
@NullMarked
package to.clasp.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;

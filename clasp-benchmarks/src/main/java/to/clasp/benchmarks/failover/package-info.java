/** Two peers whose paths are killed and restored while numbered frames travel both ways. */
@NullMarked
package to.clasp.benchmarks.failover;

import org.jspecify.annotations.NullMarked;

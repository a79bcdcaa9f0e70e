/**
 * Transports in memory: the reference for authors of transports, and a fast bed for tests of what
 * uses one. They are registered nowhere by themselves.
 */
@NullMarked
package to.clasp.testkit.memory;

import org.jspecify.annotations.NullMarked;

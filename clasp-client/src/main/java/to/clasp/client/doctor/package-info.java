/** Finds out what works on this machine and in its network, and what to do about the rest. */
@NullMarked
package to.clasp.client.doctor;

import org.jspecify.annotations.NullMarked;

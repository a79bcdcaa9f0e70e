/** Gestures, of whose moves only the newest is passed on. */
@NullMarked
package to.clasp.router.gesture;

import org.jspecify.annotations.NullMarked;

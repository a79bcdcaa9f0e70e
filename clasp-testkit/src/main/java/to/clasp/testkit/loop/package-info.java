/** An event loop whose time stands still until a test moves it. */
@NullMarked
package to.clasp.testkit.loop;

import org.jspecify.annotations.NullMarked;

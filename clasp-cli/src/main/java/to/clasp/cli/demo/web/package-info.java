/** The demo in a browser: a page, what serves it, and the peer that it plays with. */
@NullMarked
package to.clasp.cli.demo.web;

import org.jspecify.annotations.NullMarked;

/** How signals of peers travel through the router: addresses, payloads, announcements. */
@NullMarked
package to.clasp.hybrid.signal;

import org.jspecify.annotations.NullMarked;

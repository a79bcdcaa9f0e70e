/**
 * The contract of a transport as tests. Authors of transports extend {@link
 * to.clasp.testkit.contract.TransportContract}, or {@link
 * to.clasp.testkit.contract.PeerTransportContract}.
 */
@NullMarked
package to.clasp.testkit.contract;

import org.jspecify.annotations.NullMarked;

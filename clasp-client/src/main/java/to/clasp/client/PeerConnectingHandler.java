package to.clasp.client;

import to.clasp.transport.peer.PeerAdmission;

/**
 * Decides which peers may link with this client. Called on the client's dispatcher, for several
 * peers at once by several threads, before anything of this side has left for the peer. It may
 * block, up to {@link to.clasp.transport.peer.P2POptions#admissionTimeout()}; a peer about which it
 * has not decided by then, or for which it throws, is rejected.
 */
@FunctionalInterface
public interface PeerConnectingHandler {

  /**
   * Decides about a peer.
   *
   * @param peer who, as far as the router can be trusted
   * @return {@link PeerAdmission.Decision#accept()} or {@link PeerAdmission.Decision#reject}
   * @throws Exception if it cannot decide, which rejects
   */
  PeerAdmission.Decision onPeerConnecting(PeerAdmission.Candidate peer) throws Exception;
}

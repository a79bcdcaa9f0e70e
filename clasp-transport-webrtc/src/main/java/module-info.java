/** WebRTC data channel transport to a peer. Found by {@link java.util.ServiceLoader}. */
@org.jspecify.annotations.NullMarked
module to.clasp.transport.webrtc {
  requires static transitive org.jspecify;
  requires transitive to.clasp.transport;
  requires com.google.gson;
  requires org.slf4j;
  requires webrtc.java;

  exports to.clasp.transport.webrtc;

  provides to.clasp.transport.spi.PeerTransportProvider with
      to.clasp.transport.webrtc.WebRtcPeerTransportProvider;
}

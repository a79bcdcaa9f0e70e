package to.clasp.transport.webrtc;

import java.util.concurrent.CompletionException;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;
import to.clasp.transport.peer.PeerTransport;
import to.clasp.transport.peer.PeerTransportRequest;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.Availability;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;
import to.clasp.transport.webrtc.natives.NativeRuntime;
import to.clasp.transport.webrtc.natives.StandingLease;

/** Creates transports over WebRTC data channels. */
public final class WebRtcPeerTransportProvider implements PeerTransportProvider {

  /** Made by {@link java.util.ServiceLoader}. */
  public WebRtcPeerTransportProvider() {}

  @Override
  public String name() {
    return "clasp-transport-webrtc";
  }

  @Override
  public Availability availability() {
    return NativeRuntime.availability();
  }

  @Override
  public AutoCloseable warmUp(RtcConfig config) {
    try {
      return StandingLease.take(config.renewAfterMessages()).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TransportException cause) {
        throw cause;
      }
      throw new CloseReason(
              CloseReason.Code.UNAVAILABLE, "WebRTC cannot be started: " + e.getMessage(), e)
          .toException();
    }
  }

  @Override
  public PeerTransport create(PeerTransportRequest request, TransportContext context) {
    String reason = availability().reason();
    if (reason != null) {
      throw CloseReason.of(CloseReason.Code.UNAVAILABLE, reason).toException();
    }
    return new WebRtcPeerTransport(request, context.loop());
  }
}

package to.clasp.hybrid.peer;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerAdmission;
import to.clasp.transport.peer.PeerEvent;
import to.clasp.transport.peer.Signal;
import to.clasp.transport.spi.PeerTransportProvider;
import to.clasp.transport.spi.TransportContext;

/**
 * What all relations share.
 *
 * @param ownId the own peer id
 * @param options how
 * @param context loop and randomness
 * @param provider makes links
 * @param router carries what does not go directly
 * @param host what relations need from the hybrid
 * @param clock the loop's monotonic clock
 * @param fullLinks how many links have refused a frame for want of room and have none yet
 * @param linkedPeers how many peers are connected directly
 * @param early candidates that overtook their offers
 * @param offers how many offers are considered
 */
public record Environment(
    String ownId,
    P2POptions options,
    TransportContext context,
    PeerTransportProvider provider,
    Transport router,
    Host host,
    Clock clock,
    AtomicInteger fullLinks,
    AtomicInteger linkedPeers,
    EarlyCandidates early,
    OfferLimit offers) {

  /**
   * Gathers what relations share.
   *
   * @param ownId the own peer id
   * @param options how
   * @param context loop and randomness
   * @param provider makes links
   * @param router carries what does not go directly
   * @param host what relations need from the hybrid
   */
  public Environment(
      String ownId,
      P2POptions options,
      TransportContext context,
      PeerTransportProvider provider,
      Transport router,
      Host host) {
    this(
        ownId,
        options,
        context,
        provider,
        router,
        host,
        new LoopClock(context.loop()),
        new AtomicInteger(),
        new AtomicInteger(),
        new EarlyCandidates(options),
        new OfferLimit(options.maxOffersPerMinuteOverall(), context.loop()));
  }

  EventLoop loop() {
    return context.loop();
  }

  /** What relations need from the hybrid; all on the loop. */
  public interface Host {

    /**
     * Tells why no link can be made, for good.
     *
     * @return why, or null when links can be made or it is not known yet
     */
    @Nullable CloseReason linksOff();

    /**
     * Tells whether an attempt can be made now: signals travel and links work on this machine.
     *
     * @return true if so
     */
    boolean canSignal();

    /**
     * Carries a signal.
     *
     * @param peerId the peer
     * @param signal what to say
     * @return what became of it
     */
    SendResult signal(String peerId, Signal signal);

    /**
     * Tells whoever listens.
     *
     * @param event what happened
     */
    void tell(PeerEvent event);

    /**
     * A frame of a peer came.
     *
     * @param relation the peer
     * @param frame the frame
     * @param path how it came
     */
    void received(PeerRelation relation, Frame frame, Path path);

    /**
     * Sends a message of a peer link through the router.
     *
     * @param peerId the peer
     * @param message the message
     * @return false if it was not taken
     */
    boolean relay(String peerId, byte[] message);

    /**
     * Tells whether messages of peer links can travel through the router now.
     *
     * @return true if a session stands
     */
    boolean canRelay();

    /**
     * Allows one plain copy of a frame that travels in an envelope, if the router's rate does.
     *
     * @return true if so
     */
    boolean mayCopy();

    /**
     * A plain copy of a frame will come through the router, and is to be dropped.
     *
     * @param frame the frame
     */
    void expectCopy(Frame frame);

    /** A link that was full has room again, or is gone. */
    void writable();

    /**
     * Makes room for one more link.
     *
     * @param relation who needs it
     * @return false if no link can give way
     */
    boolean makeRoom(PeerRelation relation);

    /**
     * Returns who decides about peers that offer a link.
     *
     * @return the application's admission, or null when all may
     */
    @Nullable PeerAdmission admission();

    /**
     * Tells whether another incoming attempt may be under way.
     *
     * @param relation whose; an incoming attempt of it that is under way will give way
     * @return true if so
     */
    boolean mayAnswer(PeerRelation relation);

    /**
     * An attempt or link has ended, with everything that belonged to it.
     *
     * @param reason why
     */
    void ended(CloseReason reason);
  }
}

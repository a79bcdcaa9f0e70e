package to.clasp.hybrid.signal;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.core.address.InvalidAddressException;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.QoS;
import to.clasp.core.message.SignalType;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.value.Value;
import to.clasp.hybrid.identity.PeerTrust;
import to.clasp.hybrid.identity.Refusal;
import to.clasp.hybrid.identity.Seal;
import to.clasp.transport.CloseReason;
import to.clasp.transport.CloseReason.Code;
import to.clasp.transport.SendResult;
import to.clasp.transport.Transport;
import to.clasp.transport.loop.EventLoop;
import to.clasp.transport.peer.KeepAlive;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.PeerPattern;
import to.clasp.transport.peer.Signal;

/**
 * Carries signals through the router, to sessions and to names, and knows who is there. Confined to
 * the loop.
 *
 * <p>A peer whose session is known is signalled there, for the router says at once when a session
 * is gone. Otherwise it is signalled by its name, which reaches it if it listens.
 */
public final class Signalling {

  private static final Logger LOG = LoggerFactory.getLogger(Signalling.class);

  /** Beyond the ids of any client, which count from 1. */
  private static final int ANNOUNCE_SUBSCRIPTION = 0xC000_0000;

  private static final int NAME_SUBSCRIPTION = 0xC000_0001;

  private static final int INSUFFICIENT_SCOPE = 301;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int RATE_LIMITED = 429;

  private final Transport router;
  private final String peerId;
  private final EventLoop loop;
  private final SignalReceiver receiver;
  private final @Nullable PeerTrust trust;
  private final PeerDirectory directory;
  private final SignalLimit limit;
  private final SentSignals sent;
  private @Nullable String session;
  private boolean able;
  private boolean announced;

  /**
   * Makes one without a session.
   *
   * @param router carries the signals
   * @param peerId own id
   * @param loop the clock
   * @param options the bounds
   * @param receiver hears of peers
   * @param trust seals and judges signals, or null when they are not sealed
   */
  public Signalling(
      Transport router,
      String peerId,
      EventLoop loop,
      P2POptions options,
      SignalReceiver receiver,
      @Nullable PeerTrust trust) {
    this.router = router;
    this.peerId = peerId;
    this.loop = loop;
    this.receiver = receiver;
    this.trust = trust;
    this.directory = new PeerDirectory(options.maxKnownPeers());
    this.limit = new SignalLimit(options.maxSignalsPerSecond(), options.maxKnownPeers());
    this.sent = new SentSignals(options.maxKnownPeers());
  }

  /** Links can be made from now on, so peers are told. */
  public void enable() {
    able = true;
    announce();
  }

  /**
   * A session stands.
   *
   * @param newSession its id
   */
  public void onSession(String newSession) {
    session = newSession;
    // The router may have been away, and then all sessions are new. Who is there answers.
    directory.forgetNamed();
    announced = false;
    announce();
  }

  /** Tells those who are there that this side leaves. It is no promise: the router may be away. */
  public void leave() {
    String own = session;
    if (able && own != null) {
      able = false;
      SendResult told =
          publish(SignalAddress.ANNOUNCE, new Announcement(own, peerId, false, true).write(false));
      LOG.debug("leaving: {}", told);
    }
  }

  /** The session is gone; signals cannot travel. */
  public void onSessionLost() {
    session = null;
  }

  /** The router's transport has room again: what found none before is said now. */
  public void onWritable() {
    if (!announced) {
      announce();
    }
  }

  /**
   * Tells whether signals can travel.
   *
   * @return true if so
   */
  public boolean isUp() {
    return able && session != null;
  }

  /**
   * Returns the session of a peer.
   *
   * @param peer the peer
   * @return its session, or null when unknown
   */
  public @Nullable String sessionOf(String peer) {
    return directory.sessionOf(peer);
  }

  private void announce() {
    String own = session;
    if (!able || own == null) {
      return;
    }
    // First the ears, then the voice: answers must not come too early.
    announced =
        subscribe(NAME_SUBSCRIPTION, SignalAddress.allToName(peerId))
            && subscribe(ANNOUNCE_SUBSCRIPTION, SignalAddress.ANNOUNCE)
            && publish(SignalAddress.ANNOUNCE, new Announcement(own, peerId, true).write(false))
                .isAccepted();
    if (!announced) {
      LOG.debug("cannot announce {} yet; tried again when there is room", peerId);
    }
  }

  private boolean subscribe(int id, String pattern) {
    return router
        .send(Frame.of(new SubscribeMessage(id, pattern, Set.of(SignalType.EVENT), null)))
        .isAccepted();
  }

  private SendResult publish(String address, Value value) {
    return router.send(Frame.of(PublishMessage.of(address, SignalType.EVENT, value)));
  }

  /**
   * The session to signal to, or null where only a name is known. A peer of another implementation
   * does not tell those who come later that it is there, so one that is called by what looks like a
   * session id is taken for that session.
   */
  private @Nullable String target(String to) {
    String known = directory.sessionOf(to);
    if (known == null && SignalAddress.isSessionId(to) && directory.peerOf(to) == null) {
      directory.learn(to, to);
      return to;
    }
    return known;
  }

  /**
   * Sends a signal.
   *
   * @param to the peer
   * @param signal what to say
   * @return what the transport to the router said
   */
  public SendResult send(String to, Signal signal) {
    String own = session;
    if (own == null) {
      return SendResult.NOT_CONNECTED;
    }
    String target = target(to);
    String address =
        target == null ? SignalAddress.toName(to, peerId) : SignalAddress.toSession(target);
    String from = target == null ? peerId : own;
    sent.note(address, to, signal.correlationId());
    Seal seal = trust == null ? null : trust.seal(signal, to);
    return publish(address, SignalPayload.write(signal, from, peerId, own, seal));
  }

  /**
   * Sends a message of a peer link in an envelope. It keeps its place among the frames that travel
   * plainly, and so is labelled as data are.
   *
   * @param to the peer
   * @param message the message; must not be changed afterwards
   * @return what the transport to the router said
   */
  public SendResult relay(String to, byte[] message) {
    String own = session;
    if (own == null) {
      return SendResult.NOT_CONNECTED;
    }
    String target = target(to);
    String address =
        target == null ? SignalAddress.toName(to, peerId) : SignalAddress.toSession(target);
    sent.noteOther(address, to);
    return router.send(
        Frame.of(
            PublishMessage.of(
                address,
                SignalType.EVENT,
                LinkEnvelope.write(target == null ? peerId : own, peerId, own, message)),
            QoS.COMMIT));
  }

  /**
   * Tells whether envelopes can travel.
   *
   * @return true if a session stands
   */
  public boolean canRelay() {
    return session != null;
  }

  // ---- What the router brings

  /**
   * Takes a frame of the router if it belongs to the signalling.
   *
   * @param frame a PUBLISH or an ERROR
   * @return true if nobody else needs to see it
   */
  public boolean onFrame(Frame frame) {
    if (!frame.addressStartsWith(SignalAddress.p2pPrefix())
        && !frame.addressStartsWith(SignalAddress.namePrefix())) {
      return false;
    }
    Message message;
    try {
      message = frame.message();
    } catch (MalformedFrameException e) {
      LOG.debug("dropped a signal that is malformed", e);
      receiver.onSignalDropped(null);
      return true;
    }
    return message instanceof PublishMessage publish
        && onPublish(publish.address(), publish.value());
  }

  private boolean onPublish(String address, @Nullable Value value) {
    if (address.equals(SignalAddress.ANNOUNCE)) {
      announced(value, false);
      // Applications may look at announcements too.
      return false;
    }
    String target = SignalAddress.session(address);
    if (target != null && target.equals(session)) {
      if (value instanceof Value.Dict map && KeepAlive.SIGNAL_TYPE.equals(map.text("type"))) {
        return false;
      }
      if (Announcement.isDirected(value)) {
        announced(value, true);
      } else if (LinkEnvelope.isOne(value)) {
        relayed(value, SignalAddress.Scheme.SESSION, null);
      } else {
        signalled(value, SignalAddress.Scheme.SESSION, null);
      }
      return true;
    }
    if (peerId.equals(SignalAddress.recipient(address))) {
      String sender = SignalAddress.sender(address);
      if (LinkEnvelope.isOne(value)) {
        relayed(value, SignalAddress.Scheme.NAME, sender);
      } else {
        signalled(value, SignalAddress.Scheme.NAME, sender);
      }
      return true;
    }
    return false;
  }

  private void announced(@Nullable Value value, boolean directed) {
    Announcement announcement;
    try {
      announcement = Announcement.read(value);
      if (announcement.name() != null) {
        PeerPattern.requireValidPeerId(announcement.name());
      }
    } catch (MalformedSignalException | InvalidAddressException e) {
      LOG.debug("dropped an announcement: {}", e.getMessage());
      receiver.onSignalDropped(null);
      return;
    }
    String own = session;
    if (own == null || announcement.session().equals(own)) {
      return;
    }
    if (!limit.permits(announcement.session(), loop.nanoTime())) {
      receiver.onSignalDropped(announcement.name());
      return;
    }
    String peer = announcement.name() == null ? announcement.session() : announcement.name();
    if (peer.equals(peerId)) {
      LOG.warn(
          "session {} announces itself under our own peer id {}; ids must differ",
          announcement.session(),
          peerId);
      receiver.onSignalDropped(peer);
      return;
    }
    if (!announcement.capable()) {
      // Only the session that a peer is known by can take it away. One that leaves stays known:
      // signalled there, the peer is known to be gone at once.
      if (announcement.session().equals(directory.sessionOf(peer))) {
        if (!announcement.leaving()) {
          directory.forgetSession(announcement.session());
        }
        receiver.onPeerLeft(peer);
      }
      return;
    }
    directory.learn(peer, announcement.session());
    if (!directed && able && announcement.name() != null) {
      String address = SignalAddress.toSession(announcement.session());
      sent.noteOther(address, peer);
      SendResult result = publish(address, new Announcement(own, peerId, true).write(true));
      if (!result.isAccepted()) {
        LOG.debug("cannot answer the announcement of {}: {}", peer, result);
      }
    }
    receiver.onPeerSeen(peer, !directed);
  }

  private void signalled(
      @Nullable Value value, SignalAddress.Scheme scheme, @Nullable String sender) {
    SignalPayload payload;
    String peer;
    try {
      payload = SignalPayload.read(value);
      peer =
          PeerPattern.requireValidPeerId(
              senderOf(payload.from(), payload.name(), payload.session(), scheme, sender));
    } catch (MalformedSignalException | InvalidAddressException e) {
      LOG.debug("dropped a signal: {}", e.getMessage());
      receiver.onSignalDropped(null);
      return;
    }
    if (peer.equals(peerId) || !limit.permits(payload.from(), loop.nanoTime())) {
      receiver.onSignalDropped(peer);
      return;
    }
    Refusal refusal =
        trust == null ? null : trust.judge(peer, payload.signal(), payload.seal()).orElse(null);
    if (refusal != null) {
      receiver.onSignalDistrusted(peer, payload.signal().correlationId(), refusal);
      return;
    }
    String from = scheme == SignalAddress.Scheme.SESSION ? payload.from() : payload.session();
    if (from != null && payload.signal() instanceof Signal.Offer) {
      directory.learn(peer, from);
    }
    receiver.onSignal(peer, payload.signal());
  }

  private void relayed(
      @Nullable Value value, SignalAddress.Scheme scheme, @Nullable String sender) {
    LinkEnvelope envelope;
    String peer;
    try {
      envelope = LinkEnvelope.read(value);
      peer =
          PeerPattern.requireValidPeerId(
              senderOf(envelope.from(), envelope.name(), envelope.session(), scheme, sender));
    } catch (MalformedSignalException | InvalidAddressException e) {
      LOG.debug("dropped an envelope: {}", e.getMessage());
      receiver.onSignalDropped(null);
      return;
    }
    if (peer.equals(peerId)) {
      receiver.onSignalDropped(peer);
      return;
    }
    receiver.onRelayed(peer, envelope.message());
  }

  private String senderOf(
      String from,
      @Nullable String name,
      @Nullable String session,
      SignalAddress.Scheme scheme,
      @Nullable String sender)
      throws MalformedSignalException {
    if (scheme == SignalAddress.Scheme.NAME) {
      if (!from.equals(sender)) {
        throw new MalformedSignalException(
            "from " + from + " does not agree with the address of " + sender);
      }
      return from;
    }
    if (session != null && !session.equals(from)) {
      throw new MalformedSignalException(
          "from " + from + " does not agree with session " + session);
    }
    String known = directory.peerOf(from);
    if (name == null) {
      return known == null ? from : known;
    }
    if (known != null && !known.equals(name) && !known.equals(from)) {
      throw new MalformedSignalException("from " + from + " is " + known + " and not " + name);
    }
    return name;
  }

  /**
   * Takes an error of the router if a signal caused it.
   *
   * @param error the error
   * @return true if nobody else needs to see it
   */
  public boolean onError(ErrorMessage error) {
    String address = error.address();
    if (address == null) {
      return false;
    }
    if (address.equals(SignalAddress.ANNOUNCE) || address.equals(SignalAddress.allToName(peerId))) {
      LOG.warn("the router refuses {}: {} {}", address, error.code(), error.message());
      return true;
    }
    // A session that is gone is kept in the directory until the peer tells of a new one: signalled
    // there, it is known to be gone at once, and by its name it would be waited for.
    SentSignals.Sent signal = sent.at(address);
    String target = SignalAddress.session(address);
    String gone = target == null ? null : directory.peerOf(target);
    if (gone != null && error.code() == NOT_FOUND) {
      receiver.onPeerGone(gone);
    }
    if (signal == null) {
      return false;
    }
    if (signal.correlationId() != null) {
      receiver.onSignalRefused(
          signal.peerId(), signal.correlationId(), refusal(signal.peerId(), error));
    }
    return true;
  }

  private static CloseReason refusal(String peer, ErrorMessage error) {
    String told = error.code() + " " + error.message();
    return switch (error.code()) {
      case NOT_FOUND ->
          CloseReason.of(Code.PEER_GONE, "peer " + peer + " is not on the router (" + told + ")");
      case INSUFFICIENT_SCOPE, UNAUTHORIZED, FORBIDDEN ->
          CloseReason.of(
              Code.SIGNAL_FORBIDDEN,
              "the router does not let us signal to "
                  + peer
                  + " ("
                  + told
                  + "); the token needs the right to write below /clasp/p2p/ or"
                  + " /webrtc/signal/");
      case RATE_LIMITED ->
          CloseReason.of(
              Code.SIGNAL_RATE_LIMITED,
              "the router drops signals to " + peer + ", for there are too many");
      default ->
          CloseReason.of(
              Code.NEGOTIATION_FAILED, "the router refuses a signal to " + peer + ": " + told);
    };
  }
}

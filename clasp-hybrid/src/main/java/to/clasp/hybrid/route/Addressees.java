package to.clasp.hybrid.route;

import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.core.message.BundleMessage;
import to.clasp.core.message.Message;
import to.clasp.core.message.PublishMessage;
import to.clasp.core.message.SetMessage;
import to.clasp.transport.peer.PeerPattern;

/**
 * Finds the peer that a frame is for. It follows from the address alone, so it is decided once for
 * each address and then remembered, in a table with one place for each hash: an address that takes
 * the place of another costs that other one a decision when it comes again, and nothing else. At
 * most {@value #PLACES} addresses of {@value #MAX_CHARS} characters are remembered.
 *
 * <p>Safe for use by any thread: what is remembered is immutable, and may be published by a race.
 */
public final class Addressees {

  private static final int PLACES = 4_096;

  /** Longer addresses are rare, and would keep memory in use. */
  private static final int MAX_CHARS = 128;

  private record Decision(String address, @Nullable String peer) {}

  private final PeerPattern pattern;
  private final @Nullable Decision[] decisions = new Decision[PLACES];

  /**
   * Makes a table without decisions.
   *
   * @param pattern says which addresses belong to peers
   */
  public Addressees(PeerPattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Finds the peer that an address belongs to.
   *
   * @param address the address, or null
   * @return the peer id, or null when it belongs to no peer
   */
  public @Nullable String of(@Nullable String address) {
    if (address == null) {
      return null;
    }
    if (address.length() > MAX_CHARS) {
      return pattern.peerIdOf(address);
    }
    int hash = address.hashCode();
    int place = (hash ^ hash >>> 16) & PLACES - 1;
    Decision known = decisions[place];
    if (known != null && known.address.equals(address)) {
      return known.peer;
    }
    String peer = pattern.peerIdOf(address);
    decisions[place] = new Decision(address, peer);
    return peer;
  }

  /**
   * Finds the peer that a single message is for.
   *
   * @param frame the frame; the router's transport carries bytes as they are, so malformed ones are
   *     for no peer
   * @return the peer id, or null when the frame is for no peer, or is no SET, PUBLISH or GET
   */
  public @Nullable String of(Frame frame) {
    try {
      return switch (frame.messageType()) {
        case SET, PUBLISH, GET -> of(frame.address());
        default -> null;
      };
    } catch (MalformedFrameException e) {
      return null;
    }
  }

  /**
   * Finds the one peer that everything in a message is for.
   *
   * @param message a bundle, or what may be in one
   * @return the peer id, or null when there is no such peer
   */
  public @Nullable String ofAll(Message message) {
    if (message instanceof BundleMessage bundle) {
      String common = null;
      for (Message inner : bundle.messages()) {
        String peer = ofAll(inner);
        if (peer == null || (common != null && !common.equals(peer))) {
          return null;
        }
        common = peer;
      }
      return common;
    } else if (message instanceof SetMessage set) {
      return of(set.address());
    }
    return message instanceof PublishMessage publish ? of(publish.address()) : null;
  }
}

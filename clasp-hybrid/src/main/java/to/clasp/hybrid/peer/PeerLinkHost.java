package to.clasp.hybrid.peer;

import org.jspecify.annotations.Nullable;
import to.clasp.core.codec.Frame;
import to.clasp.core.codec.MalformedFrameException;
import to.clasp.hybrid.link.LinkHost;
import to.clasp.transport.CloseReason;
import to.clasp.transport.Path;
import to.clasp.transport.peer.PeerChannel;
import to.clasp.transport.peer.PeerEvent;

/** Connects the peer link of a relation with what surrounds it. */
final class PeerLinkHost implements LinkHost {

  private final PeerRelation relation;
  private final Environment environment;

  PeerLinkHost(PeerRelation relation, Environment environment) {
    this.relation = relation;
    this.environment = environment;
  }

  @Override
  public boolean relay(byte[] message) {
    return environment.host().relay(relation.peerId(), message);
  }

  @Override
  public boolean mayCopy(Frame frame) {
    return isForAll(frame) && environment.host().mayCopy();
  }

  /**
   * The router would answer a GET, addresses of the peer's own mean nothing there and are nobody
   * else's business, and everything else that peers say to each other is no news.
   */
  private boolean isForAll(Frame frame) {
    try {
      return switch (frame.messageType()) {
        case SET, PUBLISH -> {
          String address = frame.address();
          yield address != null
              && relation.peerId().equals(environment.options().peerPattern().peerIdOf(address));
        }
        default -> false;
      };
    } catch (MalformedFrameException e) {
      return false;
    }
  }

  @Override
  public void copy(Frame frame) {
    if (!environment.router().send(frame).isAccepted()) {
      // Others miss it; the peer, whom it was for, has it.
      relation.countDrop();
    }
  }

  @Override
  public void expectCopy(Frame frame) {
    environment.host().expectCopy(frame);
  }

  @Override
  public void deliver(Frame frame, Path path) {
    if (path == Path.P2P) {
      relation.totals().receivedDirectly(frame.size());
    }
    relation.life().received(frame, path);
  }

  @Override
  public void pathChanged(
      @Nullable Path path, @Nullable PeerChannel channel, @Nullable CloseReason cause) {
    relation.life().pathChanged(channel, cause);
  }

  @Override
  public void roomAgain() {
    relation.life().roomAgain();
  }

  @Override
  public void trusted(PeerChannel channel) {
    relation.life().trusted(channel);
  }

  @Override
  public void doubted(PeerChannel channel, CloseReason cause) {
    relation.life().doubted(channel, cause);
  }

  @Override
  public void failed(PeerChannel channel, CloseReason cause) {
    relation.life().failed(channel, cause);
  }

  @Override
  public void restarted() {
    environment.host().tell(new PeerEvent.Restarted(relation.peerId(), environment.loop().now()));
  }

  @Override
  public void undelivered(long frames, CloseReason cause) {
    environment
        .host()
        .tell(
            new PeerEvent.Undelivered(relation.peerId(), environment.loop().now(), frames, cause));
  }

  @Override
  public void missing(long first, long frames) {
    environment
        .host()
        .tell(new PeerEvent.Missing(relation.peerId(), environment.loop().now(), first, frames));
  }

  @Override
  public int linkedPeers() {
    return environment.linkedPeers().get();
  }

  @Override
  public void sentDirectly(int frames, long bytes) {
    relation.totals().sentDirectly(frames, bytes);
  }

  @Override
  public void sentAgain(int frames) {
    relation.totals().sentAgain(frames);
  }

  @Override
  public void dropped() {
    relation.countDrop();
  }

  @Override
  public void stateChanged() {
    relation.life().pathMayHaveChanged(null);
  }
}

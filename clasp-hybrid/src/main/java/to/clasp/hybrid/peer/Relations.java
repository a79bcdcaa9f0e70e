package to.clasp.hybrid.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import to.clasp.transport.TransportStats;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.Signal;

/**
 * The relations to all peers, by peer id. Bounded: those without a link that were used longest ago
 * are forgotten first. Finding and adding is for any thread, everything else for the loop.
 */
public final class Relations {

  private final Environment environment;
  private final P2POptions options;
  private final Map<String, PeerRelation> relations = new ConcurrentHashMap<>();

  /** What the links of forgotten relations have carried. */
  private volatile TransportStats forgotten = TransportStats.ZERO;

  /**
   * Makes an empty collection.
   *
   * @param environment what relations share
   */
  public Relations(Environment environment) {
    this.environment = environment;
    this.options = environment.options();
  }

  /**
   * Finds a relation.
   *
   * @param peerId the peer
   * @return the relation, or null when the peer is not known
   */
  public @Nullable PeerRelation find(String peerId) {
    return relations.get(peerId);
  }

  /**
   * Finds a relation, or begins it.
   *
   * @param peerId the peer
   * @return the relation, or null when there are too many that cannot be forgotten
   */
  public @Nullable PeerRelation of(String peerId) {
    PeerRelation known = relations.get(peerId);
    if (known != null) {
      return known;
    }
    if (relations.size() >= options.maxKnownPeers()) {
      environment.loop().execute(this::forget);
      // The loop may lag behind a caller who goes through many ids; beyond this it must wait.
      if (relations.size() >= 2L * options.maxKnownPeers()) {
        return null;
      }
    }
    return relations.computeIfAbsent(peerId, id -> new PeerRelation(id, environment));
  }

  private void forget() {
    int excess = relations.size() - options.maxKnownPeers() + 1;
    if (excess <= 0) {
      return;
    }
    List<PeerRelation> forgettable = new ArrayList<>();
    for (PeerRelation relation : relations.values()) {
      if (relation.isForgettable()) {
        forgettable.add(relation);
      }
    }
    forgettable.sort(oldestFirst());
    for (PeerRelation relation : forgettable.subList(0, Math.min(excess, forgettable.size()))) {
      if (relations.remove(relation.peerId(), relation)) {
        forgotten = sum(forgotten, relation.stats());
        relation.forget();
      }
    }
  }

  private Comparator<PeerRelation> oldestFirst() {
    long now = environment.loop().nanoTime();
    return Comparator.<PeerRelation>comparingLong(relation -> now - relation.lastUsed()).reversed();
  }

  /**
   * Keeps a candidate of a peer that is not known, for the offer that it may have overtaken.
   *
   * @param peerId the peer
   * @param candidate the candidate
   * @return false if there are too many
   */
  public boolean keep(String peerId, Signal.Candidate candidate) {
    return environment.early().keep(peerId, candidate, environment.loop().nanoTime());
  }

  /**
   * Returns all relations.
   *
   * @return a view that may change
   */
  public Collection<PeerRelation> all() {
    return relations.values();
  }

  /**
   * Returns what the links to all peers have carried, those to forgotten peers too.
   *
   * @return counters; those of listener and connects are zero
   */
  public TransportStats stats() {
    TransportStats all =
        sum(forgotten, new TransportStats(0, 0, 0, 0, environment.early().lost(), 0, 0, 0));
    for (PeerRelation relation : relations.values()) {
      all = sum(all, relation.stats());
    }
    return all;
  }

  private static TransportStats sum(TransportStats one, TransportStats other) {
    return new TransportStats(
        one.framesSent() + other.framesSent(),
        one.bytesSent() + other.bytesSent(),
        one.framesReceived() + other.framesReceived(),
        one.bytesReceived() + other.bytesReceived(),
        one.framesDropped() + other.framesDropped(),
        0,
        one.queuedBytes() + other.queuedBytes(),
        0);
  }

  /**
   * Makes room for one more link, at the cost of the one that was used longest ago.
   *
   * @param newcomer who needs it
   * @return false if all links are still being made
   */
  public boolean makeRoom(PeerRelation newcomer) {
    int busy = 0;
    PeerRelation oldest = null;
    Comparator<PeerRelation> order = oldestFirst();
    for (PeerRelation relation : relations.values()) {
      if (relation == newcomer || !relation.isBusy()) {
        continue;
      }
      busy++;
      if (relation.isLinked() && (oldest == null || order.compare(relation, oldest) < 0)) {
        oldest = relation;
      }
    }
    return busy < options.maxPeers() || (oldest != null && oldest.evict());
  }

  /**
   * Tells whether another incoming attempt may be under way.
   *
   * @param newcomer whose; an incoming attempt of it that is under way will give way
   * @return true if so
   */
  public boolean mayAnswer(PeerRelation newcomer) {
    int answering = 0;
    for (PeerRelation relation : relations.values()) {
      if (relation != newcomer && relation.isAnswering()) {
        answering++;
      }
    }
    return answering < options.maxPendingOffers();
  }

  /**
   * Tells whether every attempt and link has ended.
   *
   * @return true if so
   */
  public boolean areQuiet() {
    return relations.values().stream().allMatch(PeerRelation::isQuiet);
  }
}

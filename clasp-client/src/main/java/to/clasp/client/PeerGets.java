package to.clasp.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import to.clasp.client.ClaspException.Code;
import to.clasp.core.value.Value;
import to.clasp.transport.loop.EventLoop;

/**
 * Values that one peer has been asked for. Answers name an address and no request, so one answers
 * all that wait for it. Safe for use by any thread; futures complete outside the lock.
 */
final class PeerGets {

  private final String peerId;
  private final EventLoop loop;
  private final PeerLimits limits;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<String, ArrayDeque<CompletableFuture<Value>>> waiting = new HashMap<>();
  private int size;

  PeerGets(String peerId, EventLoop loop, PeerLimits limits) {
    this.peerId = peerId;
    this.loop = loop;
    this.limits = limits;
  }

  /** Waits for an answer; null when too many wait already. */
  @Nullable CompletableFuture<Value> await(String address) {
    CompletableFuture<Value> answer = new CompletableFuture<>();
    lock.lock();
    try {
      if (size >= limits.maxPendingRequests()) {
        return null;
      }
      waiting.computeIfAbsent(address, unknown -> new ArrayDeque<>()).add(answer);
      size++;
    } finally {
      lock.unlock();
    }
    EventLoop.Timer timer =
        loop.schedule(
            limits.requestTimeout(),
            () ->
                answer.completeExceptionally(
                    new ClaspException(
                        Code.TIMEOUT,
                        peerId
                            + " did not answer a get of "
                            + address
                            + " within "
                            + limits.requestTimeout().toMillis()
                            + " ms; a peer of another implementation may not answer at all",
                        null)));
    var unused =
        answer.whenComplete(
            (value, failure) -> {
              timer.cancel();
              forget(address, answer);
            });
    return answer;
  }

  private void forget(String address, CompletableFuture<Value> answer) {
    lock.lock();
    try {
      ArrayDeque<CompletableFuture<Value>> all = waiting.get(address);
      if (all != null && all.removeIf(other -> other == answer)) {
        size--;
        if (all.isEmpty()) {
          waiting.remove(address);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  void answered(String address, Value value) {
    take(address).forEach(answer -> answer.complete(value));
  }

  void refused(String address, ClaspException why) {
    take(address).forEach(answer -> answer.completeExceptionally(why));
  }

  void close() {
    List<CompletableFuture<Value>> all = new ArrayList<>();
    lock.lock();
    try {
      waiting.values().forEach(all::addAll);
      waiting.clear();
      size = 0;
    } finally {
      lock.unlock();
    }
    ClaspException closed =
        new ClaspException(Code.CLOSED, "the peer was closed before it answered", null);
    all.forEach(answer -> answer.completeExceptionally(closed));
  }

  private List<CompletableFuture<Value>> take(String address) {
    lock.lock();
    try {
      ArrayDeque<CompletableFuture<Value>> all = waiting.remove(address);
      if (all == null) {
        return List.of();
      }
      size -= all.size();
      return List.copyOf(all);
    } finally {
      lock.unlock();
    }
  }
}

package to.clasp.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import to.clasp.client.Failures.Concern;
import to.clasp.core.codec.Frame;
import to.clasp.core.message.ErrorMessage;
import to.clasp.core.message.GetMessage;
import to.clasp.core.message.SubscribeMessage;
import to.clasp.core.message.UnsubscribeMessage;
import to.clasp.transport.SendResult;
import to.clasp.transport.loop.EventLoop;

/**
 * Keeps the router's list of subscriptions in step with the client's. The router acknowledges none
 * of these messages, so what it may have dropped is sent again. Confined to the loop.
 *
 * <p>A router delivers updates of {@code /base} to a subscription to {@code /base/**}, but leaves
 * it out of the snapshot that opens the subscription. So the state of the base is asked for beside
 * it.
 */
final class Enrolment {

  /** A message that the router drops is refused by the time that this is over. */
  private static final long DOUBTFUL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private enum Kind {
    SUBSCRIBE,
    UNSUBSCRIBE,
    /** Asks for the state of the base of a pattern. */
    GET_BASE,
    /** The same for a base with wildcards: a subscription for the sake of its snapshot. */
    SUBSCRIBE_BASE
  }

  /** A message about a subscription, which has this id in it. */
  private record Request(ActiveSubscription subscription, int id, Kind kind) {
    Frame frame() {
      return Frame.of(
          switch (kind) {
            case SUBSCRIBE -> subscription.request(id);
            case UNSUBSCRIBE -> new UnsubscribeMessage(id);
            case GET_BASE -> new GetMessage(subscription.requireBase());
            case SUBSCRIBE_BASE ->
                new SubscribeMessage(id, subscription.requireBase(), Set.of(), null);
          });
    }
  }

  private record Sent(Request request, long at) {}

  private final EventLoop loop;
  private final Subscriptions subscriptions;
  private final Function<Frame, SendResult> send;

  /** What there was no room for yet; bounded by the number of subscriptions. */
  private final Deque<Request> waiting = new ArrayDeque<>();

  /** What was sent a short while ago. */
  private final Deque<Sent> recent = new ArrayDeque<>();

  /** The bases that were asked for in this session. */
  private final Set<String> bases = new HashSet<>();

  private boolean standing;

  /**
   * Makes an empty list.
   *
   * @param send sends to the router
   */
  Enrolment(EventLoop loop, Subscriptions subscriptions, Function<Frame, SendResult> send) {
    this.loop = loop;
    this.subscriptions = subscriptions;
    this.send = send;
  }

  /** A session stands, and knows no subscription yet. */
  void newSession() {
    sessionLost();
    standing = true;
    subscriptions.snapshot().forEach(this::subscribe);
  }

  void sessionLost() {
    standing = false;
    waiting.clear();
    recent.clear();
    bases.clear();
  }

  void added(ActiveSubscription subscription) {
    boolean known = subscription.id() != ActiveSubscription.NO_ID;
    if (standing && !known && !subscription.isClosed()) {
      subscribe(subscription);
    }
  }

  void removed(ActiveSubscription subscription) {
    waiting.removeIf(
        request -> request.subscription == subscription && request.kind != Kind.UNSUBSCRIBE);
    if (standing && subscription.id() != ActiveSubscription.NO_ID) {
      submit(new Request(subscription, subscription.id(), Kind.UNSUBSCRIBE));
    }
  }

  /**
   * Makes all subscriptions anew, which brings the state again. The new one is made before the old
   * one is ended, so that nothing falls between them.
   */
  void renewAll() {
    if (standing) {
      subscriptions.snapshot().forEach(this::renew);
    }
  }

  /** The router has dropped messages at a time; sends again what may have been among them. */
  void repeatDropped(long refusedAt) {
    Set<ActiveSubscription> renewed = new HashSet<>();
    for (Sent sent : List.copyOf(recent)) {
      Request request = sent.request;
      boolean doubtful = refusedAt - sent.at <= DOUBTFUL_NANOS && sent.at - refusedAt <= 0;
      if (!standing || !doubtful) {
        continue;
      }
      if (request.kind == Kind.UNSUBSCRIBE) {
        submit(request);
      } else if (!request.subscription.isClosed() && renewed.add(request.subscription)) {
        renew(request.subscription);
      }
    }
  }

  /** Takes an error if it is about a base, which nobody but us has asked for; true if so. */
  boolean onRefused(ErrorMessage error) {
    Concern concern = Failures.concernOf(error);
    return (concern == Concern.READ || concern == Concern.SUBSCRIPTION)
        && error.address() != null
        && bases.contains(error.address())
        && subscriptions.snapshot().stream()
            .noneMatch(subscription -> subscription.pattern().equals(error.address()));
  }

  /** There may be room again. */
  void flush() {
    for (Request request = waiting.peek(); request != null; request = waiting.peek()) {
      if (!trySend(request)) {
        return;
      }
      waiting.remove();
    }
  }

  private void subscribe(ActiveSubscription subscription) {
    int id = subscriptions.nextId();
    subscription.id(id);
    submit(new Request(subscription, id, Kind.SUBSCRIBE));
    String base = subscription.base();
    if (base == null) {
      return;
    }
    bases.add(base);
    if (base.indexOf('*') < 0) {
      submit(new Request(subscription, id, Kind.GET_BASE));
    } else {
      int forSnapshot = subscriptions.nextId();
      submit(new Request(subscription, forSnapshot, Kind.SUBSCRIBE_BASE));
      submit(new Request(subscription, forSnapshot, Kind.UNSUBSCRIBE));
    }
  }

  private void renew(ActiveSubscription subscription) {
    int before = subscription.id();
    subscribe(subscription);
    if (before != ActiveSubscription.NO_ID) {
      submit(new Request(subscription, before, Kind.UNSUBSCRIBE));
    }
  }

  private void submit(Request request) {
    if (!waiting.isEmpty() || !trySend(request)) {
      waiting.add(request);
    }
  }

  private boolean trySend(Request request) {
    SendResult result = send.apply(request.frame());
    if (result.status() == SendResult.Status.BUFFER_FULL) {
      return false;
    }
    // Without a connection the next session makes all subscriptions anew.
    long now = loop.nanoTime();
    while (!recent.isEmpty() && now - recent.element().at > DOUBTFUL_NANOS) {
      recent.remove();
    }
    recent.add(new Sent(request, now));
    return true;
  }

  /** The base of a pattern that a router leaves out of a snapshot, or null if there is none. */
  static @Nullable String baseOf(String pattern) {
    String rest = "/**";
    boolean hasBase = pattern.endsWith(rest) && pattern.length() > rest.length();
    return hasBase ? pattern.substring(0, pattern.length() - rest.length()) : null;
  }
}

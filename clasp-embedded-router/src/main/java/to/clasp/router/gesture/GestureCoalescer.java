package to.clasp.router.gesture;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import to.clasp.core.message.PublishMessage;
import to.clasp.transport.loop.EventLoop;

/**
 * Thins out the moves of gestures (CLASP router behaviour, "PUBLISH"): a move of a gesture that has
 * started is held back, a newer one replaces it, and it goes out when no newer one came for a
 * while, or before the end. So a steady stream of moves is held until it pauses.
 *
 * <p>A gesture is known by address and id, not by who makes it. Confined to the event loop.
 */
public final class GestureCoalescer {

  private static final long MAX_AGE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** Over this many, the one that started first is forgotten. */
  private static final int MAX_GESTURES = 10_000;

  private record Key(String address, int id) {}

  private static final class Gesture {
    final long startedNanos;
    @Nullable PublishMessage held;
    EventLoop.@Nullable Timer timer;

    Gesture(long startedNanos) {
      this.startedNanos = startedNanos;
    }

    @Nullable PublishMessage take() {
      PublishMessage move = held;
      held = null;
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
      return move;
    }
  }

  private final EventLoop loop;
  private final Duration pause;
  private final Consumer<PublishMessage> flush;

  /** In the order in which they started. */
  private final Map<Key, Gesture> gestures = new LinkedHashMap<>();

  /**
   * Makes a coalescer.
   *
   * @param loop runs the timers
   * @param pause how long a move is held; zero passes everything at once
   * @param flush takes the moves that were held for that long
   */
  public GestureCoalescer(EventLoop loop, Duration pause, Consumer<PublishMessage> flush) {
    this.loop = loop;
    this.pause = pause;
    this.flush = flush;
  }

  /**
   * Takes a part of a gesture.
   *
   * @param publish the message, of the gesture kind
   * @param pass takes what goes out at once, in order
   */
  public void accept(PublishMessage publish, Consumer<PublishMessage> pass) {
    if (pause.isZero()) {
      pass.accept(publish);
      return;
    }
    Integer id = publish.id();
    Key key = new Key(publish.address(), id == null ? 0 : id);
    switch (publish.phase()) {
      case START -> {
        flushBefore(gestures.remove(key), pass);
        start(key);
        pass.accept(publish);
      }
      case MOVE -> {
        Gesture gesture = gestures.get(key);
        if (gesture == null) {
          pass.accept(publish);
        } else {
          hold(gesture, publish);
        }
      }
      case END, CANCEL -> {
        flushBefore(gestures.remove(key), pass);
        pass.accept(publish);
      }
    }
  }

  /** Forgets gestures that never ended. What is held of them still goes out. */
  public void removeExpired() {
    long now = loop.nanoTime();
    gestures.values().removeIf(gesture -> now - gesture.startedNanos >= MAX_AGE_NANOS);
  }

  /** Forgets all gestures, and what is held of them. */
  public void stop() {
    gestures.values().forEach(Gesture::take);
    gestures.clear();
  }

  private void start(Key key) {
    if (gestures.size() >= MAX_GESTURES) {
      Iterator<Gesture> oldest = gestures.values().iterator();
      oldest.next();
      oldest.remove();
    }
    gestures.put(key, new Gesture(loop.nanoTime()));
  }

  private void hold(Gesture gesture, PublishMessage move) {
    gesture.take();
    gesture.held = move;
    gesture.timer =
        loop.schedule(
            pause,
            () -> {
              PublishMessage held = gesture.take();
              if (held != null) {
                flush.accept(held);
              }
            });
  }

  private static void flushBefore(@Nullable Gesture gesture, Consumer<PublishMessage> pass) {
    PublishMessage held = gesture == null ? null : gesture.take();
    if (held != null) {
      pass.accept(held);
    }
  }
}

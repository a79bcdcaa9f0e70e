package to.clasp.hybrid.signal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Lets so many signals of one sender in each second through. Bounded in senders too. */
final class SignalLimit {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final class Window {
    long began;
    int count;
  }

  private final int perSecond;
  private final Map<String, Window> windows;

  SignalLimit(int perSecond, int maxSenders) {
    this.perSecond = perSecond;
    this.windows =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > maxSenders;
          }
        };
  }

  boolean permits(String sender, long now) {
    Window window = windows.get(sender);
    if (window == null || now - window.began >= SECOND) {
      window = new Window();
      window.began = now;
      windows.put(sender, window);
    }
    return ++window.count <= perSecond;
  }
}

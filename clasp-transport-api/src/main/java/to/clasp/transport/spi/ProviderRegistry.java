package to.clasp.transport.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers of one kind: those found on the class path, once, and those registered by hand. A
 * provider that cannot be loaded or asked is left out, and the reason is kept. Safe for use by any
 * thread.
 */
final class ProviderRegistry<P> {

  private static final Logger LOG = LoggerFactory.getLogger(ProviderRegistry.class);

  /** A provider file may have broken lines; one that has more in a row is given up. */
  private static final int MAX_FAILURES_IN_A_ROW = 100;

  /** What is asked of a provider once, when it comes in. */
  record Entry<P>(P provider, String name, int priority) {}

  /** Immutable: in the order of choice. */
  record Snapshot<P>(List<Entry<P>> entries, List<String> failures) {
    List<P> providers() {
      return entries.stream().map(Entry::provider).toList();
    }
  }

  private final Class<P> type;
  private final Function<P, String> name;
  private final ToIntFunction<P> priority;
  private final Supplier<List<ServiceLoader<P>>> loaders;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final List<Entry<P>> entries = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private boolean loaded;

  private volatile @Nullable Snapshot<P> snapshot;

  /** The functions ask a provider; they may throw, for a provider is not our code. */
  ProviderRegistry(
      Class<P> type,
      Function<P, String> name,
      ToIntFunction<P> priority,
      Supplier<List<ServiceLoader<P>>> loaders) {
    this.type = type;
    this.name = name;
    this.priority = priority;
    this.loaders = loaders;
  }

  Snapshot<P> snapshot() {
    Snapshot<P> known = snapshot;
    if (known != null) {
      return known;
    }
    lock.lock();
    try {
      if (!loaded) {
        loaded = true;
        load();
      }
      return publish();
    } finally {
      lock.unlock();
    }
  }

  /** Adds a provider; an exception that it throws when asked for its name goes to the caller. */
  void register(P provider) {
    Entry<P> entry = inspect(provider);
    lock.lock();
    try {
      if (entries.stream().noneMatch(known -> known.provider() == provider)) {
        entries.add(entry);
      }
      if (loaded) {
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes a provider out; false when it was not in. */
  boolean deregister(P provider) {
    // Those of the class path must be in before one of them can be taken out.
    snapshot();
    lock.lock();
    try {
      boolean removed = entries.removeIf(entry -> entry.provider() == provider);
      publish();
      return removed;
    } finally {
      lock.unlock();
    }
  }

  private Snapshot<P> publish() {
    entries.sort(
        Comparator.<Entry<P>>comparingInt(Entry::priority)
            .reversed()
            .thenComparing(entry -> entry.provider().getClass().getName()));
    Snapshot<P> fresh = new Snapshot<>(List.copyOf(entries), List.copyOf(failures));
    snapshot = fresh;
    return fresh;
  }

  private Entry<P> inspect(P provider) {
    return new Entry<>(
        Objects.requireNonNull(provider, "provider"),
        Objects.requireNonNull(name.apply(provider), "name"),
        priority.applyAsInt(provider));
  }

  private void load() {
    Map<String, ServiceLoader.Provider<P>> found = new LinkedHashMap<>();
    for (ServiceLoader<P> loader : loaders.get()) {
      collect(loader.stream().iterator(), found);
    }
    found.forEach(this::instantiate);
  }

  /** The first provider of a class name wins: both class loaders usually see the same files. */
  private void collect(
      Iterator<ServiceLoader.Provider<P>> providers, Map<String, ServiceLoader.Provider<P>> found) {
    int failuresInARow = 0;
    while (failuresInARow < MAX_FAILURES_IN_A_ROW) {
      try {
        if (!providers.hasNext()) {
          return;
        }
        ServiceLoader.Provider<P> provider = providers.next();
        found.putIfAbsent(provider.type().getName(), provider);
        failuresInARow = 0;
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        failuresInARow++;
        fail("a provider of " + type.getSimpleName() + " could not be found", e);
      }
    }
  }

  private void instantiate(String className, ServiceLoader.Provider<P> provider) {
    try {
      entries.add(inspect(provider.get()));
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      fail(className + " could not be loaded", e);
    }
  }

  private void fail(String what, Throwable cause) {
    String failure = what + ": " + rootMessage(cause);
    if (!failures.contains(failure)) {
      failures.add(failure);
      LOG.warn("{}", failure, cause);
    }
  }

  /** What the innermost exception says: the outer ones only say that a provider failed. */
  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; root.getCause() != null && depth < 20; depth++) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return root.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
  }
}

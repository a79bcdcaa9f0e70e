package to.clasp.transport.spi;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import to.clasp.transport.CloseReason;
import to.clasp.transport.TransportException;

/**
 * Finds providers: on the class path by {@link ServiceLoader}, with the class loader of this class
 * and then the context class loader of the thread that first asks, and among those registered by
 * hand.
 *
 * <p>Providers are looked for once, at the first question. The one with the highest priority wins;
 * class names decide between equals. A provider that cannot be loaded, or that throws, is as good
 * as absent, and its reason stands in the message that says that nothing fits.
 *
 * <p>Safe for use by any thread; what the list methods return does not change.
 */
public final class TransportProviders {

  private static final class Shared {
    static final TransportProviders INSTANCE = discover();
  }

  private final ProviderRegistry<TransportProvider> transports;
  private final ProviderRegistry<PeerTransportProvider> peers;
  private final ProviderRegistry<HybridTransportProvider> hybrids;

  private TransportProviders(Supplier<List<ClassLoader>> classLoaders) {
    transports =
        new ProviderRegistry<>(
            TransportProvider.class,
            TransportProvider::name,
            TransportProvider::priority,
            () ->
                load(classLoaders, loader -> ServiceLoader.load(TransportProvider.class, loader)));
    peers =
        new ProviderRegistry<>(
            PeerTransportProvider.class,
            PeerTransportProvider::name,
            PeerTransportProvider::priority,
            () ->
                load(
                    classLoaders,
                    loader -> ServiceLoader.load(PeerTransportProvider.class, loader)));
    hybrids =
        new ProviderRegistry<>(
            HybridTransportProvider.class,
            HybridTransportProvider::name,
            HybridTransportProvider::priority,
            () ->
                load(
                    classLoaders,
                    loader -> ServiceLoader.load(HybridTransportProvider.class, loader)));
  }

  private static <P> List<ServiceLoader<P>> load(
      Supplier<List<ClassLoader>> classLoaders, Function<ClassLoader, ServiceLoader<P>> load) {
    return classLoaders.get().stream().map(load).toList();
  }

  /**
   * Returns the registry that the whole process shares.
   *
   * @return always the same one
   */
  public static TransportProviders shared() {
    return Shared.INSTANCE;
  }

  /**
   * Makes a registry of its own that finds what the class path offers.
   *
   * @return a fresh registry
   */
  public static TransportProviders discover() {
    return new TransportProviders(
        () ->
            Stream.of(
                    TransportProviders.class.getClassLoader(),
                    Thread.currentThread().getContextClassLoader())
                .filter(Objects::nonNull)
                .distinct()
                .toList());
  }

  /**
   * Makes a registry of its own that finds what one class loader offers.
   *
   * @param classLoader where to look
   * @return a fresh registry
   */
  public static TransportProviders discover(ClassLoader classLoader) {
    Objects.requireNonNull(classLoader, "classLoader");
    return new TransportProviders(() -> List.of(classLoader));
  }

  /**
   * Makes a registry that holds only what is registered by hand.
   *
   * @return a fresh, empty registry
   */
  public static TransportProviders none() {
    return new TransportProviders(List::of);
  }

  /**
   * Adds a provider. Adding the same object again does nothing.
   *
   * @param provider creates transports to a router
   */
  public void register(TransportProvider provider) {
    transports.register(provider);
  }

  /**
   * Adds a provider. Adding the same object again does nothing.
   *
   * @param provider creates transports to peers
   */
  public void register(PeerTransportProvider provider) {
    peers.register(provider);
  }

  /**
   * Adds a provider. Adding the same object again does nothing.
   *
   * @param provider creates hybrids
   */
  public void register(HybridTransportProvider provider) {
    hybrids.register(provider);
  }

  /**
   * Takes a provider out, whether it was found or registered by hand.
   *
   * @param provider one of {@link #transports()}
   * @return false if it was not in
   */
  public boolean deregister(TransportProvider provider) {
    return transports.deregister(provider);
  }

  /**
   * Takes a provider out, whether it was found or registered by hand.
   *
   * @param provider one of {@link #peers()}
   * @return false if it was not in
   */
  public boolean deregister(PeerTransportProvider provider) {
    return peers.deregister(provider);
  }

  /**
   * Takes a provider out, whether it was found or registered by hand.
   *
   * @param provider one of {@link #hybrids()}
   * @return false if it was not in
   */
  public boolean deregister(HybridTransportProvider provider) {
    return hybrids.deregister(provider);
  }

  /**
   * Lists the providers of transports to a router, in the order of choice.
   *
   * @return an immutable list
   */
  public List<TransportProvider> transports() {
    return transports.snapshot().providers();
  }

  /**
   * Lists the providers of transports to peers, in the order of choice.
   *
   * @return an immutable list
   */
  public List<PeerTransportProvider> peers() {
    return peers.snapshot().providers();
  }

  /**
   * Lists the providers of hybrids, in the order of choice.
   *
   * @return an immutable list
   */
  public List<HybridTransportProvider> hybrids() {
    return hybrids.snapshot().providers();
  }

  /**
   * Says why providers that the class path names could not be loaded.
   *
   * @return one sentence each; empty when all is well
   */
  public List<String> failures() {
    return Stream.of(
            transports.snapshot().failures(),
            peers.snapshot().failures(),
            hybrids.snapshot().failures())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Chooses the provider for a router's URI.
   *
   * @param uri the router, such as {@code ws://host:7330}
   * @return the first provider that serves the scheme and is available
   * @throws IllegalArgumentException if the URI has no scheme
   * @throws TransportException if no provider fits ({@link CloseReason.Code#UNAVAILABLE}); the
   *     message says why not, and what to add
   */
  public TransportProvider forUri(URI uri) {
    if (uri.getScheme() == null) {
      throw new IllegalArgumentException(
          "\"" + uri + "\" has no scheme; write ws://host:port or wss://host:port");
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    String advice =
        scheme.equals("ws") || scheme.equals("wss")
            ? "add to.clasp:clasp-transport-ws to the class path"
            : "write ws://host:port or wss://host:port, or add a transport for the scheme";
    Set<String> served = new TreeSet<>();
    return choose(
        transports.snapshot(),
        provider -> {
          Set<String> schemes = provider.schemes();
          served.addAll(schemes);
          return schemes.contains(scheme);
        },
        TransportProvider::availability,
        () ->
            "no transport for the scheme \""
                + scheme
                + "\""
                + (served.isEmpty()
                    ? ""
                    : " (there are some for " + String.join(", ", served) + ")"),
        advice);
  }

  /**
   * Chooses the provider of transports to peers. The first call may load a native library ({@link
   * PeerTransportProvider#availability()}).
   *
   * @return the first provider that is available
   * @throws TransportException if there is none ({@link CloseReason.Code#UNAVAILABLE}); the message
   *     says why not, and what to add
   */
  public PeerTransportProvider peer() {
    return choose(
        peers.snapshot(),
        provider -> true,
        PeerTransportProvider::availability,
        () -> "no transport to peers",
        "add to.clasp:clasp-transport-webrtc to the class path");
  }

  /**
   * Chooses the provider of hybrids.
   *
   * @return the first provider
   * @throws TransportException if there is none ({@link CloseReason.Code#UNAVAILABLE}); the message
   *     says why not, and what to add
   */
  public HybridTransportProvider hybrid() {
    return choose(
        hybrids.snapshot(),
        provider -> true,
        provider -> Availability.AVAILABLE,
        () -> "no hybrid transport",
        "add to.clasp:clasp-hybrid to the class path");
  }

  private static <P> P choose(
      ProviderRegistry.Snapshot<P> snapshot,
      Predicate<P> fits,
      Function<P, Availability> availability,
      Supplier<String> lack,
      String advice) {
    List<String> reasons = new ArrayList<>();
    for (ProviderRegistry.Entry<P> entry : snapshot.entries()) {
      try {
        if (fits.test(entry.provider())) {
          String reason = availability.apply(entry.provider()).reason();
          if (reason == null) {
            return entry.provider();
          }
          reasons.add(entry.name() + ": " + reason);
        }
      } catch (LinkageError | RuntimeException e) {
        reasons.add(entry.name() + ": it failed with " + ProviderRegistry.rootMessage(e));
      }
    }
    // A provider that is there and says what it lacks needs no artifact to be added.
    boolean absent = reasons.isEmpty();
    reasons.addAll(snapshot.failures());
    if (absent) {
      reasons.add(advice);
    }
    throw CloseReason.of(
            CloseReason.Code.UNAVAILABLE, lack.get() + ": " + String.join("; ", reasons))
        .toException();
  }
}

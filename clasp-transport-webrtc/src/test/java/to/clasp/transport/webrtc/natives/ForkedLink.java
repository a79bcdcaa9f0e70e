package to.clasp.transport.webrtc.natives;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;
import to.clasp.transport.spi.Availability;

/**
 * Main class of a JVM of its own: loads the library, links two connections over loopback, and ends
 * by itself. The arguments are names of libraries that data channels are to be taken not to use.
 */
public final class ForkedLink {

  private ForkedLink() {}

  /**
   * Prints the verdict, and what came over the link.
   *
   * @param unused names of unused libraries besides the known ones
   * @throws Exception if the link fails
   */
  public static void main(String[] unused) throws Exception {
    Availability availability = NativeRuntime.load(new NativeLibrary(new PretendingHost(unused)));
    System.out.println(
        "verdict: " + Objects.requireNonNullElse(availability.reason(), "available"));
    if (!availability.isAvailable()) {
      return;
    }
    SharedFactory factory =
        new SharedFactory(RtcThread.instance(), () -> availability, NativeFactory::create);
    FactoryLease lease = factory.acquire().get(20, TimeUnit.SECONDS);
    RtcConfig loopback = RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build();
    try (LoopbackPair pair = new LoopbackPair(lease, loopback)) {
      pair.send(pair.offerer, "a message".getBytes(UTF_8));
      byte[] received = pair.answerer.received.poll(20, TimeUnit.SECONDS);
      System.out.println("received: " + new String(Objects.requireNonNull(received), UTF_8));
    }
    lease.close();
    lease.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
    System.out.println("disposed");
  }

  private static final class PretendingHost extends Host.Real {
    private final List<String> unused;

    PretendingHost(String[] unused) {
      this.unused = Arrays.asList(unused);
    }

    @Override
    public SystemLibrary systemLibrary(String soname) {
      return unused.contains(soname)
          ? new SystemLibrary(soname, "none", false)
          : super.systemLibrary(soname);
    }
  }
}

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import to.clasp.client.ClaspP2P;
import to.clasp.client.Peer;
import to.clasp.core.message.SignalType;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.RtcConfig;

/**
 * A fader wall: one controller moves faders, many displays show them. While a fader moves, its
 * values travel as a stream, of which the newest counts; where it stops is set, which nothing
 * loses.
 */
public final class FaderWall {

  private static final int DISPLAYS = 4;
  private static final int FADERS = 3;
  private static final int STEPS = 100;

  private FaderWall() {}

  private static ClaspP2P end(URI router, String id) {
    return ClaspP2P.builder()
        .signaling(router)
        .clientId(id)
        .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
        .connect();
  }

  public static void main(String[] args) throws Exception {
    List<ClaspP2P> displays = new ArrayList<>();
    try (EmbeddedRouter router = EmbeddedRouter.builder().port(0).start();
        ClaspP2P controller = end(router.uri(), "controller")) {
      CountDownLatch stopped = new CountDownLatch(DISPLAYS * FADERS);
      for (int i = 1; i <= DISPLAYS; i++) {
        ClaspP2P display = end(router.uri(), "display-" + i);
        displays.add(display);
        display.on(
            "/fader/*",
            update -> {
              if (update.signal() == SignalType.PARAM) {
                System.out.printf(
                    "%s shows %s at %.2f%n",
                    display.id(), update.address(), update.value().asDouble());
                stopped.countDown();
              }
            });
      }

      List<Peer> wall = new ArrayList<>();
      for (ClaspP2P display : displays) {
        wall.add(controller.connectToPeer(display.id()).get(30, TimeUnit.SECONDS));
      }
      for (int step = 0; step < STEPS; step++) {
        for (int fader = 1; fader <= FADERS; fader++) {
          for (Peer display : wall) {
            display.stream("/fader/" + fader, (double) step / STEPS);
          }
        }
      }
      for (int fader = 1; fader <= FADERS; fader++) {
        for (Peer display : wall) {
          display.set("/fader/" + fader, 1.0 / fader).get(30, TimeUnit.SECONDS);
        }
      }
      if (!stopped.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException(stopped.getCount() + " faders were never shown");
      }
      System.out.println("all " + DISPLAYS + " displays show all " + FADERS + " faders");
    } finally {
      displays.forEach(ClaspP2P::close);
    }
  }
}

package to.clasp.it;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import to.clasp.client.Clasp;
import to.clasp.client.Update;
import to.clasp.micrometer.ClaspMetric;
import to.clasp.micrometer.ClaspMetrics;
import to.clasp.router.EmbeddedRouter;

/** Main class of a JVM of its own, in which this project is on the module path. */
public final class ModulePathProgram {

  private ModulePathProgram() {}

  /**
   * Sends a value to itself through a router, and is counted.
   *
   * @param arguments none
   * @throws Exception if it does not come
   */
  public static void main(String[] arguments) throws Exception {
    CompletableFuture<Update> heard = new CompletableFuture<>();
    try (EmbeddedRouter router = EmbeddedRouter.builder().port(0).start();
        Clasp client = Clasp.builder(router.uri()).withP2P(true, true).name("module").connect()) {
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      new ClaspMetrics(client, Tags.empty()).bindTo(registry);
      client.on("/a", heard::complete);
      client.set("/a", 0.5).get(20, TimeUnit.SECONDS);
      System.out.println(Clasp.class.getModule());
      System.out.println(ClaspMetrics.class.getModule());
      System.out.println("heard " + heard.get(20, TimeUnit.SECONDS).value().asDouble());
      System.out.println(
          "connected " + registry.get(ClaspMetric.CONNECTED.metricName()).gauge().value());
    }
  }
}

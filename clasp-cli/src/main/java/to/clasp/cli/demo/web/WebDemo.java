package to.clasp.cli.demo.web;

import com.google.gson.JsonObject;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import to.clasp.cli.demo.DirectPath;
import to.clasp.client.Clasp;
import to.clasp.router.EmbeddedRouter;
import to.clasp.transport.peer.NetworkScope;
import to.clasp.transport.peer.P2POptions;
import to.clasp.transport.peer.RtcConfig;

/**
 * A router, a peer, and a page that links with it, on the loopback interface only. The page cuts
 * the direct path between them, and shows what becomes of the values.
 */
public final class WebDemo implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WebDemo.class);

  /** What has been started; ended in the opposite order. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final EmbeddedRouter router;
  private final PageServer server;

  private WebDemo(int port) {
    try {
      DirectPath path = new DirectPath();
      parts.push(path);
      router = EmbeddedRouter.builder().port(0).start();
      parts.push(router);
      Clasp stage = connect(router);
      parts.push(stage);
      parts.push(new Stage(stage, path));
      server = PageServer.start(port, config(router));
      parts.push(server);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Clasp connect(EmbeddedRouter router) {
    return Clasp.builder(router.uri())
        .name(Stage.ID)
        .withP2P(
            P2POptions.builder()
                .rtcConfig(RtcConfig.builder().networkScope(NetworkScope.LOOPBACK).build())
                .build())
        .connect();
  }

  /**
   * Starts everything.
   *
   * @param port of the page; 0 takes a free one
   * @return a running demo
   * @throws java.io.UncheckedIOException if the port cannot be had
   * @throws to.clasp.transport.TransportException if direct links cannot be had
   */
  public static WebDemo start(int port) {
    return new WebDemo(port);
  }

  private static JsonObject config(EmbeddedRouter router) {
    JsonObject config = new JsonObject();
    config.addProperty("router", router.uri().toString());
    config.addProperty("peer", Stage.ID);
    return config;
  }

  /**
   * Returns where the page is.
   *
   * @return an http address of this machine
   */
  public URI uri() {
    return server.uri();
  }

  /**
   * Returns where the router is.
   *
   * @return a ws address of this machine
   */
  public URI router() {
    return router.uri();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the demo does not end", e);
      }
    }
  }
}

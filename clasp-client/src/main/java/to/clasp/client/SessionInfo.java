package to.clasp.client;

import java.util.Set;
import to.clasp.core.message.Feature;

/**
 * A session on a router.
 *
 * @param id session id, new after each reconnection
 * @param routerName what the router calls itself
 * @param features what the router can do
 */
public record SessionInfo(String id, String routerName, Set<Feature> features) {
  /** Copies the features. */
  public SessionInfo {
    features = Set.copyOf(features);
  }
}

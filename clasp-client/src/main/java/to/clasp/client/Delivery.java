package to.clasp.client;

import org.jspecify.annotations.Nullable;
import to.clasp.transport.Path;

/**
 * What became of something that was sent.
 *
 * @param path the path it took
 * @param revision the parameter's new revision (unsigned), when the router acknowledged a SET; else
 *     null
 */
public record Delivery(Path path, @Nullable Long revision) {}

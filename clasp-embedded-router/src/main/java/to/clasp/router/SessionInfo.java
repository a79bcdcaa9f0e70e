package to.clasp.router;

/**
 * A session of a client.
 *
 * @param id the session id: a UUID of version 4, and the client's address for signals
 * @param name what the client calls itself in HELLO
 */
public record SessionInfo(String id, String name) {}

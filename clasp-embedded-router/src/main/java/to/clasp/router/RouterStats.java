package to.clasp.router;

/**
 * What an embedded router holds at the moment, and what it has done since its last start.
 *
 * @param connections WebSockets that are open now
 * @param sessions sessions to which something can be delivered now
 * @param subscriptions subscriptions that deliver now
 * @param parameters parameters that are stored now
 * @param received binary messages that have come, bad ones included
 * @param sent frames that were queued to clients
 * @param malformed received messages that could not be read, and were ignored
 * @param rateLimited received messages over the rate limit
 * @param sets SETs that were stored
 * @param refusedSets SETs that were refused for their revision or a lock
 * @param publishes messages that were published, but for signals
 * @param signals signals that were passed to a session
 * @param dropped broadcasts that were dropped for clients that read too slowly
 * @param oversized frames to clients that were not sent because they would have been too large
 * @param sessionsOpened HELLOs that were answered with WELCOME
 * @param sessionsExpired sessions that were removed because nothing was delivered to them
 */
public record RouterStats(
    int connections,
    int sessions,
    int subscriptions,
    int parameters,
    long received,
    long sent,
    long malformed,
    long rateLimited,
    long sets,
    long refusedSets,
    long publishes,
    long signals,
    long dropped,
    long oversized,
    long sessionsOpened,
    long sessionsExpired) {}

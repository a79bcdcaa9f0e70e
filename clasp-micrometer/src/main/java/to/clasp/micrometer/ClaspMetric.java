package to.clasp.micrometer;

/**
 * The metrics of a client: their names, units and meanings, as {@code docs/metrics.md} has them.
 */
public enum ClaspMetric {
  /** Frames sent. */
  FRAMES_SENT("clasp.frames.sent", "frames", "frames sent, by all paths"),
  /** Frames received. */
  FRAMES_RECEIVED("clasp.frames.received", "frames", "frames received, by all paths"),
  /** Frames given up. */
  FRAMES_DROPPED(
      "clasp.frames.dropped",
      "frames",
      "frames given up, in either direction: malformed, not allowed, or lossy ones that gave way"),
  /** Bytes sent. */
  BYTES_SENT("clasp.bytes.sent", "bytes", "bytes of frames sent, by all paths"),
  /** Bytes received. */
  BYTES_RECEIVED("clasp.bytes.received", "bytes", "bytes of frames received, by all paths"),
  /** Bytes that wait to be sent. */
  QUEUED_BYTES("clasp.queued", "bytes", "bytes accepted and not yet handed to the network"),
  /** Connections to the router. */
  ROUTER_CONNECTS("clasp.router.connects", "connections", "connections made to the router"),
  /** Whether a session stands. */
  CONNECTED("clasp.router.connected", "", "1 while a session with the router stands, otherwise 0"),
  /** Exceptions of listeners. */
  LISTENER_FAILURES(
      "clasp.listener.failures", "exceptions", "exceptions that listeners of the transport threw"),
  /** Peers by state. */
  PEERS("clasp.peers", "peers", "known peers, by state of the relation"),
  /** Peers linked directly. */
  PEERS_DIRECT("clasp.peers.direct", "peers", "peers that reliable frames take a direct link to"),
  /** Links through TURN. */
  PEERS_RELAYED(
      "clasp.peers.relayed", "peers", "linked peers whose packets pass through a TURN server"),
  /** Open circuit breakers. */
  BREAKERS_OPEN("clasp.breakers.open", "peers", "peers whose circuit breaker is open"),
  /** Slowest round trip. */
  ROUND_TRIP_MAX("clasp.roundtrip.max", "seconds", "longest round trip of all direct links"),
  /** Attempts to link. */
  LINK_ATTEMPTS("clasp.link.attempts", "attempts", "attempts to link, by role"),
  /** Links made. */
  LINK_CONNECTS("clasp.link.connects", "links", "links that came up, without renewals"),
  /** Renewals. */
  LINK_RENEWALS("clasp.link.renewals", "links", "links that took the place of one due for it"),
  /** Ends. */
  LINK_ENDS(
      "clasp.link.ends",
      "links",
      "attempts that failed, and links that broke or were closed, by code of the reason"),
  /** Changes of path. */
  PATH_CHANGES("clasp.path.changes", "changes", "changes of the path to a peer, by new path"),
  /** Frames that were not delivered for sure. */
  UNDELIVERED(
      "clasp.frames.undelivered",
      "frames",
      "frames accepted for a peer that it has not acknowledged and that are given up"),
  /** Frames that never came. */
  MISSING("clasp.frames.missing", "frames", "frames that a peer gave up, so they never came");

  private final String metricName;
  private final String unit;
  private final String description;

  ClaspMetric(String metricName, String unit, String description) {
    this.metricName = metricName;
    this.unit = unit;
    this.description = description;
  }

  /**
   * Returns the name.
   *
   * @return in Micrometer's form, with dots
   */
  public String metricName() {
    return metricName;
  }

  /**
   * Returns the unit.
   *
   * @return the base unit, or empty
   */
  public String unit() {
    return unit;
  }

  /**
   * Returns what it means.
   *
   * @return a phrase
   */
  public String description() {
    return description;
  }
}

package to.clasp.transport.peer;

/** How a channel fares against the others of its link when not everything fits (RFC 8831, 6.4). */
public enum ChannelPriority {
  /** Gives way to all others. */
  VERY_LOW,
  /** The default, as of WebRTC. */
  LOW,
  /** Twice as much as low. */
  MEDIUM,
  /** Four times as much as low. */
  HIGH
}

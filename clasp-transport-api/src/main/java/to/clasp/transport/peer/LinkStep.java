package to.clasp.transport.peer;

/**
 * The steps by which a link is made, in the order and with the names of CLASP's documentation
 * ("Connection lifecycle"). Each side sees its own: the side that offers no {@link
 * #OFFER_RECEIVED}, the other neither {@link #OFFER_CREATED} nor {@link #OFFER_SENT}.
 */
public enum LinkStep {
  /** The offer is complete, with the candidates gathered so far. */
  OFFER_CREATED,
  /** The transport to the router has taken the offer. */
  OFFER_SENT,
  /** The peer's offer has come, and is being answered. */
  OFFER_RECEIVED,
  /** The answer has been handed to the router, or has come from there. */
  ANSWERED,
  /** Each side has told the other candidates. More may follow. */
  CANDIDATES_EXCHANGED,
  /** Packets get through and are encrypted: ICE and DTLS are done. */
  CONNECTED,
  /** The reliable channel is open: the link is up. */
  CHANNELS_OPEN
}

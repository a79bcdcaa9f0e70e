const ROUND_TRIPS = 20
const LATEST_KEPT = 15_000

/**
 * Watches one data channel, which loses nothing and keeps order: every message that asks for it is
 * receipted by count. When a receipt is overdue, and none has come meanwhile, nothing gets through.
 * Overdue is a multiple of the measured round trip on top of a floor, for one lost packet costs
 * SCTP 400 ms and a link that is only slow must not count as dead. Times are milliseconds.
 */
export class PathMonitor {
  #floor
  #ceiling
  /** When each message that has no receipt was sent. */
  #sentAt = []
  #sent = 0
  #receipted = 0
  /** Messages up to this one were sent before the channel began to carry again. */
  #doubted = 0
  #doubtful = false
  #latest = 0
  #latestBefore = 0
  #latestSince
  #forgiven
  #lastReceipt
  lastSent

  /** The smoothed round trip, or -1. It includes the delay of acknowledgements. */
  roundTrip = -1

  /** Whether anything has come through and back. */
  isProven = false

  constructor(floor, ceiling, now) {
    this.#floor = floor
    this.#ceiling = ceiling
    this.#latestSince = this.#forgiven = this.#lastReceipt = this.lastSent = now
  }

  sent(now) {
    this.#sentAt.push(now)
    this.#sent = (this.#sent + 1) | 0
    this.lastSent = now
  }

  /** The other side has received so many, modulo 2^32; true if that is news. */
  receipt(count, now) {
    const news = (count - this.#receipted) | 0
    if (news <= 0 || news > this.#sentAt.length) return false
    const took = now - this.#sentAt[news - 1]
    this.#sentAt.splice(0, news)
    this.#receipted = count | 0
    if (!this.#doubtful && ((count - this.#doubted) | 0) > 0) this.#sample(took, now)
    this.isProven = true
    this.#lastReceipt = now
    return true
  }

  #sample(took, now) {
    this.roundTrip = this.roundTrip < 0 ? took : this.roundTrip + (took - this.roundTrip) / 8
    if (now - this.#latestSince > LATEST_KEPT) {
      this.#latestBefore = this.#latest
      this.#latest = 0
      this.#latestSince = now
    }
    this.#latest = Math.max(this.#latest, took)
  }

  /** The channel has become suspect: how long an outage holds messages up tells nothing. */
  doubt() {
    this.#doubtful = true
  }

  /** Something has come through; it matters where the channel was suspect. */
  heals() {
    if (this.#doubtful) this.#doubted = this.#sent
  }

  /** Whether a message that was sent since then has come through as well: SCTP is in pace again. */
  hasHealed() {
    return !this.#doubtful || ((this.#receipted - this.#doubted) | 0) > 0
  }

  /** The channel is trusted: receipts count for what is sent from now on. */
  carries() {
    if (!this.#doubtful) return
    this.#doubtful = false
    this.#doubted = this.#sent
  }

  isWaiting() {
    return this.#sentAt.length > 0
  }

  /** How late a receipt may be. */
  limit() {
    const known = this.#floor + ROUND_TRIPS * Math.max(this.roundTrip, 0)
    const late = 2 * Math.max(this.#latest, this.#latestBefore)
    return Math.min(this.#ceiling, Math.max(known, late))
  }

  isSilent(now) {
    if (!this.isWaiting()) return false
    const since = Math.max(this.#sentAt[0], this.#lastReceipt, this.#forgiven)
    return now - since >= this.limit()
  }

  /** This process has slept; receipts may be waiting to be read. */
  forgive(now) {
    this.#forgiven = now
  }
}

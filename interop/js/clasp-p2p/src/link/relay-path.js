const ROUND_TRIPS = 4
const MAX_DOUBLINGS = 5

/**
 * The way through the router, in envelopes. Each is acknowledged by the peer, and only a few are
 * under way at once: that clocks them to whatever rate the router allows. One that is not
 * acknowledged in time counts as lost.
 */
export class RelayPath {
  #maxInFlight
  #minTimeout
  #inFlight = []
  #roundTrip = 0
  #timeouts = 0
  isUp = false

  constructor(maxInFlight, minTimeout) {
    this.#maxInFlight = maxInFlight
    this.#minTimeout = minTimeout
  }

  up(now) {
    this.isUp = now
    this.#timeouts = 0
  }

  hasRoom() {
    return this.isUp && this.#inFlight.length < this.#maxInFlight
  }

  /** An envelope with everything below a number has been sent. */
  sent(next, now) {
    this.#inFlight.push({ next, sentAt: now })
  }

  acknowledged(below, now) {
    while (this.#inFlight.length > 0 && this.#inFlight[0].next <= below) {
      const took = now - this.#inFlight.shift().sentAt
      this.#roundTrip = this.#roundTrip === 0 ? took : this.#roundTrip + (took - this.#roundTrip) / 8
      this.#timeouts = 0
    }
  }

  isOverdue(now) {
    if (this.#inFlight.length === 0) return false
    const least = Math.max(this.#minTimeout, ROUND_TRIPS * this.#roundTrip)
    return now - this.#inFlight[0].sentAt >= least * 2 ** Math.min(this.#timeouts, MAX_DOUBLINGS)
  }

  /** Counts what is under way as lost, because it is overdue. */
  timedOut() {
    this.#timeouts++
    this.clear()
  }

  /** Forgets what is under way, because everything is sent again or goes another way. */
  clear() {
    this.#inFlight = []
  }
}

/**
 * Keeps numbered frames from being delivered before the plain ones that went through the router
 * before them: a barrier has the number before theirs, and follows the plain frames through the
 * router. When that takes too long it is given up, and travels with the frames.
 */
export class PlainBarrier {
  #timeout
  #resend
  #lastPlain = -Infinity
  #since = 0
  #sentAt = 0

  /** Its number, or -1. */
  number = -1

  constructor(timeout, resend) {
    this.#timeout = timeout
    this.#resend = resend
  }

  /** A frame has been sent plainly. */
  plainSent(now) {
    this.#lastPlain = now
  }

  /** Frames are numbered from now on: whether plain ones may still be on their way. */
  isNeeded(now) {
    const recent = now - this.#lastPlain < this.#timeout
    this.#lastPlain = -Infinity
    return recent
  }

  raise(number, now) {
    this.number = number
    this.#since = now
  }

  forget() {
    this.number = -1
  }

  /** Whether the peer has not said that it has it. */
  isUp(firstUnacknowledged) {
    return this.number >= 0 && this.number >= firstUnacknowledged
  }

  /** Whether a number is the barrier's, and it goes through the router while frames do not. */
  goesApart(at, relayUp, now) {
    return at === this.number && !this.isExpired(relayUp, now)
  }

  isExpired(relayUp, now) {
    return !relayUp || now - this.#since >= this.#timeout
  }

  sent(now) {
    this.#sentAt = now
  }

  isOverdue(now) {
    return now - this.#sentAt >= this.#resend
  }
}

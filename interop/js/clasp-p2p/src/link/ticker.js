/** How often a link with something under way is looked at, in milliseconds. */
export const TICK = 50

/**
 * Has a link looked at now and then: often while something is under way, seldom while it is idle,
 * never when there is nothing to look at.
 */
export class Ticker {
  #context
  #look
  #timer = null
  #often = false
  #due = 0
  #ended = false

  constructor(context, look) {
    this.#context = context
    this.#look = look
  }

  /** Something is under way. */
  arm() {
    if (this.#timer === null || !this.#often) this.#schedule(TICK, true)
  }

  /** When to look next, unless that is known already; null when there is nothing to look at. */
  next(delay) {
    if (this.#timer === null && delay !== null) this.#schedule(delay, delay <= TICK)
  }

  /** Whether this page stood still for a while before this tick. */
  isLate(now) {
    return now - this.#due >= 2 * TICK
  }

  #schedule(delay, soon) {
    if (this.#ended) return
    this.#context.clock.clearTimeout(this.#timer)
    this.#often = soon
    this.#due = this.#context.now() + delay
    this.#timer = this.#context.clock.setTimeout(() => {
      this.#timer = null
      this.#look()
    }, delay)
  }

  end() {
    this.#ended = true
    this.#context.clock.clearTimeout(this.#timer)
    this.#timer = null
  }
}

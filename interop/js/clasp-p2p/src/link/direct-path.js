import { asksForReceipt, encode } from './codec.js'
import { PathMonitor } from './path-monitor.js'

const LATEST_SILENCE = 5_000

/** Which state of a channel may follow which; the states stand in docs/peer-link.md. */
const NEXT = {
  open: ['proving', 'suspect'],
  proving: ['active', 'suspect'],
  active: ['suspect'],
  suspect: ['proving']
}

/** The reliable data channel of a link, and how far it is trusted. */
export class DirectPath {
  #refused = false
  #toldReceipt = 0
  #toldExpected = 0
  #stableAt = 0
  state = 'open'
  isDisconnected = false
  isGone = false

  /** The life of the peer that spoke on it last; zero when none has. */
  spokenBy = 0n

  /** How many messages that ask for a receipt have come, modulo 2^32. */
  received = 0

  /** Messages that no acknowledgement has answered. */
  unanswered = 0

  /** The timer of an acknowledgement that no frame has carried; null when none is due. */
  acknowledging = null

  constructor(context, channel) {
    this.context = context
    this.channel = channel
    const floor = context.options.silenceTimeout
    this.since = context.now()
    this.monitor = new PathMonitor(floor, Math.max(floor, LATEST_SILENCE), this.since)
  }

  take(message) {
    this.spokenBy = message.from
    if (asksForReceipt(message)) {
      this.received = (this.received + 1) >>> 0
      this.unanswered++
    }
  }

  hasTold(expected) {
    return this.#toldReceipt === this.received && this.#toldExpected === expected
  }

  /** Whether it did not take the last message though the peer has all before it. */
  hasFailed() {
    return this.#refused && !this.monitor.isWaiting()
  }

  /** The link has nothing to do with it any more. */
  leave() {
    this.isGone = true
    this.context.clock.clearTimeout(this.acknowledging)
    this.acknowledging = null
  }

  isStable(now) {
    return now >= this.#stableAt && this.monitor.hasHealed()
  }

  prove(now, hold) {
    this.#move('proving', now)
    this.monitor.heals()
    this.#stableAt = now + hold
  }

  activate(now) {
    this.#move('active', now)
    this.monitor.carries()
  }

  suspect(now) {
    this.#move('suspect', now)
    this.monitor.doubt()
  }

  #move(next, now) {
    if (!NEXT[this.state].includes(next)) throw new Error(`no way from ${this.state} to ${next}`)
    this.state = next
    this.since = now
  }

  send(message) {
    this.#refused = !this.channel.send(encode(message))
    if (this.#refused) return false
    if (asksForReceipt(message)) this.monitor.sent(this.context.now())
    this.unanswered = 0
    this.#toldReceipt = message.receipt
    this.#toldExpected = message.ack
    return true
  }
}

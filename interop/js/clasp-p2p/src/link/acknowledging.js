/** So many messages are acknowledged at once, without waiting for a frame to carry it. */
const AT_ONCE = 16
const NOTHING = -1

/**
 * Acknowledges what the peer has sent, where no frame does so in time: on a channel after a few
 * messages or milliseconds, through the router ever so often.
 */
export class Acknowledging {
  #lastRelayed = -Infinity
  #toldRelayed = NOTHING
  #refused = false
  #timer = null

  constructor(context, standing, speaker, receive, relay) {
    this.context = context
    this.standing = standing
    this.speaker = speaker
    this.receive = receive
    this.relay = relay
  }

  /** Something came on a channel, or through the router. */
  soon(path, now) {
    const { clock, options } = this.context
    if (path === null) {
      this.#soonThroughRouter(now)
    } else if (now || path.unanswered >= AT_ONCE || clock.isThrottled()) {
      // Timers of a page that nobody sees come up to a second late.
      this.at(path)
    } else if (path.acknowledging === null) {
      path.acknowledging = clock.setTimeout(() => {
        path.acknowledging = null
        if (!path.hasTold(this.receive.expected)) this.at(path)
      }, options.acknowledgeDelay)
    }
  }

  #soonThroughRouter(again) {
    if (again) this.#toldRelayed = NOTHING
    const { clock, options } = this.context
    const wait = this.#lastRelayed + 4 * options.acknowledgeDelay - this.context.now()
    if (wait <= 0) {
      this.#throughRouter()
    } else if (this.#timer === null) {
      this.#timer = clock.setTimeout(() => {
        this.#timer = null
        this.#throughRouter()
      }, wait)
    }
  }

  /** On a channel, or through the router when there is none, or it is gone. */
  at(path) {
    if (path === null || path.isGone) {
      this.#toldRelayed = NOTHING
      this.#throughRouter()
    } else if (this.#isSpeaking()) {
      this.speaker.acknowledge(path)
    }
  }

  #throughRouter() {
    const expected = this.receive.expected
    if (this.#isSpeaking() && this.relay.isUp && this.#toldRelayed !== expected) {
      this.#lastRelayed = this.context.now()
      this.#refused = !this.speaker.acknowledgeRelayed()
      this.#toldRelayed = this.#refused ? NOTHING : expected
    }
  }

  /** An envelope with frames has told what is expected. */
  relayed(message) {
    this.#toldRelayed = message.ack
  }

  /** The router, which may have refused an acknowledgement, has room again. */
  roomInRouter() {
    if (this.#refused) this.#throughRouter()
  }

  #isSpeaking() {
    return !this.standing.is('closed') && !this.standing.is('plain')
  }

  /** Another life of the peer has been told nothing yet. */
  restart() {
    this.#toldRelayed = NOTHING
    this.#refused = false
  }

  end() {
    this.context.clock.clearTimeout(this.#timer)
    this.#timer = null
  }
}

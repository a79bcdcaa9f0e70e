/** A peer that never answers is asked ever more seldom. */
const MAX_DOUBLINGS = 6

/** How the two sides come to know each other, and notice that one of them lives anew. */
export class Greeting {
  #hellos = 0
  #since = 0
  #next = 0
  #greetedStranger = -Infinity

  constructor(context, { standing, speaker, ticker, window, receive, acknowledging, outflow, paths }) {
    Object.assign(this, { context, standing, speaker, ticker, window, receive, acknowledging, outflow, paths })
  }

  /** From now on the peer is greeted until it answers. */
  begin() {
    this.standing.move('greeting')
    this.#hellos = 0
    this.#since = this.context.now()
    this.#next = this.#since + this.context.options.helloInterval
    this.ticker.arm()
  }

  // ---- The peer speaks

  /** A message of another life of either side: they have to greet each other. */
  stranger(message, path, now) {
    this.context.host.dropped()
    if (message.type !== 'bye' && this.#mayGreetStranger(now)) {
      if (this.standing.is('plain')) this.begin()
      this.speaker.hello(path, false)
    }
  }

  /** A peer that we had given up is there, and has not noticed. */
  back(path) {
    this.begin()
    this.speaker.hello(path, false)
  }

  #mayGreetStranger(now) {
    if (now - this.#greetedStranger < this.context.options.helloInterval) return false
    this.#greetedStranger = now
    return true
  }

  /**
   * The peer says what it expects. When it expects what we have given up, it has not heard of that
   * yet, and would wait for it for ever.
   */
  acknowledged(message, path, now, steps) {
    this.outflow.acknowledged(message.ack, now, steps)
    if (message.ack >= this.window.first) {
      this.standing.peerKnowsUs = true
      this.establish(steps)
    } else if (!this.standing.peerKnowsUs && this.#mayGreetStranger(now)) {
      this.speaker.hello(path, false)
    }
  }

  /** False if it is of an older life. */
  hello(hello, path, now, steps) {
    const { standing, speaker } = this
    if (hello.to > standing.epoch) {
      if (!standing.is('established')) {
        standing.outlive(hello.to)
        speaker.hello(path, false)
      } else if (hello.from === standing.peerEpoch) {
        // Somebody has greeted it in our name. It will not listen until we have given up.
        return false
      }
    }
    if (hello.from < standing.peerEpoch) {
      // An older life; or a new one whose clock went back, which learns of it by the answer.
      if (this.#mayGreetStranger(now)) speaker.hello(path, true)
      return false
    }
    if (hello.from !== standing.peerEpoch) this.#anotherLife(hello, steps)
    if (standing.is('plain')) this.begin()
    this.window.peerKeeps(hello.maxFrames, hello.maxBytes)
    if (hello.to === standing.epoch) this.acknowledged(hello, path, now, steps)
    if (hello.type === 'hello') speaker.hello(path, true)
    else if (hello.to === standing.epoch) this.acknowledging.at(path)
    return true
  }

  #anotherLife(hello, steps) {
    const { host } = this.context
    const before = this.standing.peerEpoch
    this.standing.peerLives(hello.from)
    this.receive.restart(hello.first)
    this.acknowledging.restart()
    if (before === 0n) return
    if (this.standing.is('established')) this.begin()
    const cause = { code: 'restarted', message: 'the peer has been started anew' }
    steps.push(() => host.restarted())
    this.outflow.peerRestarted(cause, steps)
    this.paths.peerRestarted(before, cause, steps)
    steps.push(() => host.pathChanged(null, null, cause))
    this.outflow.freeRoom(steps)
  }

  /** Both sides know each other: frames are numbered from now on. */
  establish(steps) {
    const { standing } = this
    if (!standing.is('greeting') || standing.peerEpoch === 0n || !standing.peerKnowsUs) return
    standing.move('established')
    this.outflow.begin(this.context.now())
    this.paths.decide(steps, null)
  }

  /** Frames travel plainly again; those that were not acknowledged are given up. */
  becomePlain(cause, steps) {
    this.outflow.giveUp(cause, steps)
    if (this.standing.is('plain') || this.standing.is('closed')) return
    this.standing.move('plain')
    this.standing.peerKnowsUs = false
    if (this.outflow.route !== null) {
      this.outflow.unroute()
      steps.push(() => this.context.host.pathChanged(null, null, cause))
    }
    this.outflow.freeRoom(steps)
  }

  // ---- Time

  /** Whether the peer has been greeted for so long in vain. */
  isVain(now, patience) {
    return (
      this.standing.is('greeting') &&
      now - this.#since >= patience &&
      now - this.standing.lastHeard >= patience
    )
  }

  /** How long until the peer is greeted again; null when it is not. */
  untilNext(now) {
    return this.standing.is('greeting') ? Math.max(0, this.#next - now) : null
  }

  watch(now) {
    if (!this.standing.is('greeting') || now < this.#next) return
    this.#hellos++
    const interval = this.context.options.helloInterval
    this.#next = now + interval * 2 ** Math.min(this.#hellos, MAX_DOUBLINGS)
    this.speaker.hello(null, false)
    if (this.paths.direct !== null) this.speaker.hello(this.paths.direct, false)
  }
}

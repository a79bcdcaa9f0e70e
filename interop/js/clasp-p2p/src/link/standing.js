/** Which state of a link may follow which; the states stand in docs/peer-link.md. */
const NEXT = {
  plain: ['greeting', 'closed'],
  greeting: ['established', 'plain', 'closed'],
  established: ['greeting', 'plain', 'closed'],
  closed: []
}

const RANDOM_BITS = 20

/** How the two sides stand: the state of the link, and which lives of them know each other. */
export class Standing {
  #receive
  #endedEpoch = 0n
  state = 'plain'

  /** Of the peer; zero when not known. */
  peerEpoch = 0n

  /** Whether the peer knows this life of ours, and from which number on frames come. */
  peerKnowsUs = false

  constructor(context, receive) {
    this.#receive = receive
    const random = BigInt(Math.floor(context.random() * 2 ** RANDOM_BITS))
    /** Of this side. A later life has a greater one; should the clock go back, the peer tells. */
    this.epoch = (BigInt(Math.max(Math.floor(context.clock.wall()), 1)) << BigInt(RANDOM_BITS)) | random
    this.lastHeard = context.now()
  }

  is(state) {
    return this.state === state
  }

  /** The only place where the state changes. */
  move(next) {
    if (next === this.state) return
    if (!NEXT[this.state].includes(next)) throw new Error(`no way from ${this.state} to ${next}`)
    this.state = next
  }

  /** The peer knows a later life of ours, so the clock went back: this one comes after it. */
  outlive(later) {
    this.epoch = later + 1n
  }

  /** Of two sides that would ask at the same time whether the other is there, one does so first. */
  asksFirst() {
    return this.epoch > this.peerEpoch
  }

  peerLives(epoch) {
    this.peerEpoch = epoch
    this.peerKnowsUs = false
  }

  peerHasEnded() {
    this.#endedEpoch = this.peerEpoch
    this.peerKnowsUs = false
  }

  hasEnded(epoch) {
    return epoch === this.#endedEpoch
  }

  /** Whether a message is of the life of the peer that is known, and meant for this one of ours. */
  isCurrent(message) {
    return message.from === this.peerEpoch && message.to === this.epoch
  }

  /** What a message begins with that takes a channel, or goes through the router. */
  header(path) {
    return {
      from: this.epoch,
      to: this.peerEpoch,
      ack: this.#receive.expected,
      receipt: path === null ? 0 : path.received
    }
  }
}

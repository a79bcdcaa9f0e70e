import { encode } from './codec.js'

/** Says what is not data. */
export class Speaker {
  constructor(context, standing, window, relay) {
    this.context = context
    this.standing = standing
    this.window = window
    this.relayPath = relay
  }

  /** On a channel, or, without one, through the router. */
  hello(path, answer) {
    const { windowFrames, windowBytes } = this.context.options
    const hello = {
      ...this.standing.header(path),
      type: answer ? 'answer' : 'hello',
      first: this.window.first,
      maxFrames: windowFrames,
      maxBytes: windowBytes
    }
    if (path !== null) path.send(hello)
    else if (this.relayPath.isUp && this.context.mayRelay()) this.relay(hello)
  }

  ping(path) {
    path.send({ ...this.standing.header(path), type: 'ping' })
  }

  acknowledge(path) {
    path.send({ ...this.standing.header(path), type: 'ack' })
  }

  /** False when the router does not take it. */
  acknowledgeRelayed() {
    return this.relay({ ...this.standing.header(null), type: 'ack' })
  }

  /** On every way there is. */
  bye(path) {
    if (path !== null) path.send({ ...this.standing.header(path), type: 'bye' })
    if (this.relayPath.isUp) this.relay({ ...this.standing.header(null), type: 'bye' })
  }

  /** Sends an envelope; false when the router does not take it. */
  relay(message) {
    return this.context.host.relay(encode(message))
  }
}

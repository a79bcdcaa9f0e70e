import { guarded } from '../emitter.js'
import { MalformedError } from '../errors.js'
import { frameSize } from '../wire/frames.js'
import { Acknowledging } from './acknowledging.js'
import { decode } from './codec.js'
import { Greeting } from './greeting.js'
import { Outflow } from './outflow.js'
import { Paths } from './paths.js'
import { RelayPath } from './relay-path.js'
import { Speaker } from './speaker.js'
import { Standing } from './standing.js'
import { Ticker, TICK } from './ticker.js'
import { BARRIER, ReceiveWindow, SendWindow } from './windows.js'

/**
 * One side of the link to a peer that numbers its frames. They are kept until the peer has
 * acknowledged them; a change of path sends those again that are not acknowledged, and the peer
 * delivers each once and in order. States, transitions and timers stand in docs/peer-link.md.
 *
 * The host hears `deliver(frame, path)`, `relay(bytes)` (true if the router took it),
 * `expectCopy(frame)`, `mayCopy(frame)`, `copy(frame)`, `missing(first, count)`,
 * `undelivered(count, cause)`, `restarted()`, `pathChanged(path, channel, cause)`,
 * `trusted(channel)`, `failed(channel, cause)`, `roomAgain()` and `dropped()`.
 */
export class PeerLink {
  #context
  #window
  #receive
  #relay
  #standing
  #speaker
  #ticker
  #acknowledging
  #outflow
  #paths
  #greeting
  #farewell = null
  #tellEnd = null
  #patience = null

  constructor({ options, clock, random, host, mayRelay }) {
    const context = { options, clock, random, host, mayRelay, now: () => clock.now() }
    this.#context = context
    const window = new SendWindow(options.windowFrames, options.windowBytes)
    const receive = new ReceiveWindow(options.windowFrames, options.windowBytes)
    const relay = new RelayPath(options.relayedInFlight, options.relayTimeout)
    const standing = new Standing(context, receive)
    const speaker = new Speaker(context, standing, window, relay)
    const ticker = new Ticker(context, () => this.#look())
    const acknowledging = new Acknowledging(context, standing, speaker, receive, relay)
    const outflow = new Outflow(context, standing, speaker, acknowledging, ticker, window, relay)
    const paths = new Paths(context, standing, speaker, ticker, relay, outflow)
    const parts = { standing, speaker, ticker, window, receive, acknowledging, outflow, paths }
    this.#greeting = new Greeting(context, parts)
    this.#window = window
    this.#receive = receive
    this.#relay = relay
    this.#standing = standing
    this.#speaker = speaker
    this.#ticker = ticker
    this.#acknowledging = acknowledging
    this.#outflow = outflow
    this.#paths = paths
  }

  /** Changes state first, and tells the host afterwards, which may come back at once. */
  #run(change) {
    const steps = []
    const result = change(steps)
    for (const step of steps) step()
    return result
  }

  // ---- Sending

  /**
   * Sends a frame that must not be lost.
   *
   * @return 'p2p', 'router' or 'waiting' when the link has taken it, null when there is no room,
   *     undefined when frames are not numbered, and the caller sends it plainly
   */
  send(frame) {
    const numbering =
      this.#standing.is('established') || (this.#standing.is('greeting') && !this.#window.isEmpty())
    if (!numbering || (this.#outflow.route === null && !this.#context.mayRelay())) {
      this.#outflow.barrier.plainSent(this.#context.now())
      return undefined
    }
    return this.#outflow.take(frame) ? this.#outflow.route ?? 'waiting' : null
  }

  get state() {
    return this.#standing.state
  }

  get isEstablished() {
    return this.#standing.is('established')
  }

  /** The path that a numbered frame takes now, or null. */
  get path() {
    return this.#outflow.route
  }

  get isFull() {
    return this.#outflow.isFull
  }

  /** How many frames are not acknowledged. */
  get unacknowledged() {
    return this.#window.size
  }

  /** The smoothed round trip on the channel in milliseconds, or null. */
  get roundTrip() {
    const measured = this.#paths.direct?.monitor.roundTrip ?? -1
    return measured < 0 ? null : measured
  }

  /** The data channel has handed over what waited. */
  drained(channel) {
    if (this.#outflow.isRoutedOver(channel)) this.#outflow.pump()
  }

  // ---- What the relation tells

  /** The peer has said that it speaks the link layer. */
  greet() {
    if (this.#standing.is('plain')) {
      this.#greeting.begin()
      this.#speaker.hello(null, false)
    }
  }

  /** The peer has said that it does not, or no longer, speak the link layer. */
  ungreet() {
    this.#run((steps) => {
      if (!this.#standing.is('closed')) {
        const message = 'the peer takes plain frames only, and acknowledges none'
        this.#greeting.becomePlain({ code: 'restarted', message }, steps)
      }
    })
  }

  /** A reliable data channel to the peer, which speaks the link layer, is open. */
  attach(channel) {
    this.#run((steps) => {
      if (this.#standing.is('closed')) return
      if (this.#standing.is('plain')) this.#greeting.begin()
      this.#speaker.hello(this.#paths.attach(channel), false)
      this.#paths.decide(steps, null)
      this.#ticker.arm()
    })
  }

  /** A data channel is gone, or is about to be closed. */
  detach(channel, cause) {
    this.#run((steps) => this.#paths.detach(channel, cause, steps))
  }

  /** ICE says that packets get through, or do not. */
  connectivity(channel, connected) {
    this.#run((steps) => this.#paths.connectivity(channel, connected, steps))
  }

  /** Envelopes can travel through the router, or cannot. */
  relayIs(up) {
    if (this.#relay.isUp === up || this.#standing.is('closed')) return
    this.#run((steps) => {
      this.#outflow.relayIs(up)
      if (up && this.#standing.is('greeting')) this.#speaker.hello(null, false)
      const cause = { code: 'connection-lost', message: 'the router does not reach the peer' }
      this.#paths.decide(steps, up ? null : cause)
      this.#ticker.arm()
    })
  }

  /** The router, which may have refused an envelope, has room again. */
  relayHasRoom() {
    this.#acknowledging.roomInRouter()
    this.#outflow.pump()
  }

  // ---- Receiving

  /**
   * Takes a message of the peer.
   *
   * @param bytes the message, taken over
   * @param channel that it came on, or null when it came through the router
   */
  received(bytes, channel) {
    let message
    try {
      message = decode(bytes)
    } catch (e) {
      if (!(e instanceof MalformedError)) throw e
      this.#context.host.dropped()
      return
    }
    const path = channel === null ? null : this.#paths.of(channel)
    // What is left of a channel that has been given up tells nothing.
    if (message !== null && (path !== null || channel === null)) this.#take(message, path)
    this.#lookForEnd(false)
  }

  #take(message, path) {
    const isHello = message.type === 'hello' || message.type === 'answer'
    if (isHello && message.from === this.#standing.peerEpoch && !this.#standing.is('closed')) {
      // Before it is answered: the answer tells what is expected then.
      const expected = this.#receive.expected
      const missing = this.#receive.skipTo(message.first, (frame) => this.#deliver(frame, path))
      if (missing > 0) this.#context.host.missing(expected, missing)
    }
    if (this.#run((steps) => this.#takeHeader(message, isHello, path, steps))) {
      this.#takeBody(message, path)
    }
  }

  /** Takes what stands in the header; true if the body is to be taken too. */
  #takeHeader(message, isHello, path, steps) {
    const standing = this.#standing
    if (standing.is('closed')) return false
    const now = this.#context.now()
    path?.take(message)
    if (standing.hasEnded(message.from)) return false
    if (isHello) {
      if (!this.#greeting.hello(message, path, now, steps)) return false
    } else if (standing.isCurrent(message)) {
      if (standing.is('plain')) this.#greeting.back(path)
      this.#greeting.acknowledged(message, path, now, steps)
    } else {
      this.#greeting.stranger(message, path, now)
      return false
    }
    standing.lastHeard = now
    if (path !== null) this.#paths.receipt(path, message.receipt, now, steps)
    return true
  }

  #takeBody(message, path) {
    switch (message.type) {
      case 'bye':
        this.#receive.restart(this.#receive.expected)
        this.#run((steps) => {
          this.#standing.peerHasEnded()
          this.#greeting.becomePlain({ code: 'remote-close', message: 'the peer has ended' }, steps)
        })
        return
      case 'data': {
        let news = true
        message.frames.forEach((frame, i) => {
          if (!this.#takeFrame(message.first + i, frame, message.copied, path)) news = false
        })
        this.#acknowledging.soon(path, !news)
        return
      }
      case 'part':
        this.#acknowledging.soon(path, !this.#takePart(message, path))
        return
      case 'barrier':
        this.#receive.take(message.number, BARRIER, (frame) => this.#deliver(frame, path))
        this.#acknowledging.soon(path, true)
        return
      case 'ping':
        if (path === null || !this.#paths.answerWithHeartbeat(path, this.#context.now())) {
          this.#acknowledging.soon(path, true)
        }
    }
  }

  #takePart(part, path) {
    const news = part.number >= this.#receive.expected
    const whole = this.#receive.join(part)
    if (whole === null) return news
    try {
      frameSize(whole)
    } catch (e) {
      if (!(e instanceof MalformedError)) throw e
      this.#context.host.dropped()
      return news
    }
    return this.#takeFrame(part.number, whole, false, path)
  }

  /** False if the peer should hear of it at once. */
  #takeFrame(number, frame, copied, path) {
    switch (this.#receive.take(number, frame, (ready) => this.#deliver(ready, path))) {
      case 'repeated':
        return false
      case 'refused':
        this.#context.host.dropped()
        return false
    }
    if (copied) this.#context.host.expectCopy(frame)
    return true
  }

  /** A frame counts as delivered, whatever becomes of it there. */
  #deliver(frame, path) {
    guarded(() => this.#context.host.deliver(frame, path === null ? 'router' : 'p2p'))
  }

  // ---- Time

  #look() {
    const now = this.#context.now()
    this.#run((steps) => {
      this.#greeting.watch(now)
      this.#paths.watch(now, steps)
      this.#outflow.watch(now)
      this.#watchLife(now, steps)
    })
    if (!this.#window.isEmpty() || this.#paths.isBusy()) this.#ticker.next(TICK)
    else this.#ticker.next(this.#paths.untilNextHeartbeat(now) ?? this.#greeting.untilNext(now))
  }

  #watchLife(now, steps) {
    const { lifetime } = this.#context.options
    const since = Math.min(now - this.#standing.lastHeard, now - this.#outflow.lastProgress)
    const waiting = !this.#window.isEmpty() && since >= lifetime
    const vain = this.#paths.direct === null && this.#greeting.isVain(now, lifetime)
    if (waiting || vain) {
      const message = `the peer could not be reached on any path for ${lifetime} ms`
      this.#greeting.becomePlain({ code: 'silent', message }, steps)
    }
  }

  // ---- The end

  /**
   * Ends this side: what is not acknowledged may still arrive for a time, then the peer is told.
   *
   * @param within how long to wait, in milliseconds
   * @return resolves to whether everything was acknowledged
   */
  close(within) {
    this.#farewell ??= new Promise((resolve) => {
      this.#tellEnd = resolve
      this.#patience = this.#context.clock.setTimeout(() => this.#lookForEnd(true), within)
    })
    this.#lookForEnd(false)
    return this.#farewell
  }

  #lookForEnd(now) {
    if (this.#tellEnd === null) return
    if (this.#standing.is('closed') || (!now && !this.#window.isEmpty())) return
    this.#context.clock.clearTimeout(this.#patience)
    const drained = this.#window.isEmpty()
    this.#run((steps) => {
      if (this.#standing.peerEpoch !== 0n && !this.#standing.is('plain')) {
        this.#speaker.bye(this.#paths.direct)
      }
      this.#outflow.giveUp({ code: 'local-close', message: 'closed before acknowledged' }, steps)
      this.#standing.move('closed')
      this.#outflow.unroute()
      this.#paths.end()
      this.#ticker.end()
      this.#acknowledging.end()
    })
    this.#tellEnd(drained)
  }
}

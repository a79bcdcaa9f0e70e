import { Cutter } from './cutter.js'
import { PlainBarrier } from './plain-barrier.js'
import { BARRIER } from './windows.js'

/** An envelope, with what surrounds it, fits into a frame. */
const ENVELOPE_BYTES = 60_000

/** What is acknowledged later than this is not copied for others any more. */
const COPY_TIME = 2_000

/**
 * Numbered frames on their way to the peer: they wait in the window, and leave by the route there
 * is, as far as it takes them.
 */
export class Outflow {
  #cutter

  /** The channel that frames take; null unless the route is 'p2p'. */
  #routed = null

  /** 'p2p', 'router', or null. */
  route = null
  isFull = false

  constructor(context, standing, speaker, acknowledging, ticker, window, relay) {
    this.context = context
    this.standing = standing
    this.speaker = speaker
    this.acknowledging = acknowledging
    this.ticker = ticker
    this.window = window
    this.relay = relay
    this.#cutter = new Cutter(window)
    this.barrier = new PlainBarrier(context.options.barrierTimeout, context.options.relayTimeout)
    /** The peer has acknowledged something, or frames began to wait, at this time. */
    this.lastProgress = context.now()
  }

  // ---- Frames come

  /** Takes a frame; false if there is no room. */
  take(frame) {
    if (!this.window.hasRoom(frame.length)) {
      this.isFull = true
      return false
    }
    if (this.window.isEmpty()) this.lastProgress = this.context.now()
    this.window.add(frame)
    if (!this.window.hasRoom(frame.length)) this.isFull = true
    this.pump()
    this.ticker.arm()
    return true
  }

  // ---- The route

  isRouted(route, through) {
    return this.route === route && this.#routed === through
  }

  isRoutedOver(channel) {
    return this.#routed !== null && this.#routed.channel === channel
  }

  /** Frames take this route from now on; what is not acknowledged is sent again. */
  routeBy(route, through) {
    this.route = route
    this.#routed = through
    this.#sendAgain()
  }

  /** There is no route until the next one. */
  unroute() {
    this.route = null
    this.#routed = null
  }

  relayIs(up) {
    this.relay.up(up)
    this.relay.clear()
    // What was under way may be lost with the session.
    if (this.route === 'router') this.#cutter.rewind()
  }

  #sendAgain() {
    this.#cutter.rewind()
    this.relay.clear()
  }

  // ---- Frames leave

  /** Lets as much leave as the route takes. */
  pump() {
    if (this.route === 'p2p') this.#pumpDirect(this.#routed)
    else if (this.route === 'router') this.#pumpRelay()
  }

  #pumpDirect(path) {
    const cutter = this.#cutter
    let sent = false
    while (cutter.hasMore() && path.channel.isIdle()) {
      if (
        cutter.isAtBarrier() &&
        this.barrier.goesApart(cutter.cursor, this.relay.isUp, this.context.now())
      ) {
        cutter.skipBarrier()
        continue
      }
      const { batchBytes } = this.context.options
      const header = this.standing.header(path)
      // It has closed, which will be told, or has no room, and says when there is.
      if (!path.send(cutter.cut(header, batchBytes, path.channel.maxMessageSize))) break
      cutter.sent()
      sent = true
    }
    if (sent) this.ticker.arm()
  }

  #pumpRelay() {
    const cutter = this.#cutter
    let sent = false
    while (cutter.hasMore() && this.relay.hasRoom()) {
      this.#markCopies()
      const envelope = cutter.cut(this.standing.header(null), ENVELOPE_BYTES, ENVELOPE_BYTES)
      if (!this.speaker.relay(envelope)) break
      this.acknowledging.relayed(envelope)
      cutter.sent()
      this.relay.sent(cutter.cursor, this.context.now())
      sent = true
    }
    if (sent || cutter.hasMore()) this.ticker.arm()
  }

  /** Marks the frames of the next envelope of which plain copies will follow: as many as may. */
  #markCopies() {
    let bytes = 0
    for (let number = this.#cutter.cursor; number < this.window.next; number++) {
      const frame = this.window.get(number)
      if (
        frame === BARRIER ||
        number < this.#cutter.sentBelow ||
        this.window.isCopied(number) ||
        bytes + frame.length > ENVELOPE_BYTES ||
        !this.context.host.mayCopy(frame)
      ) {
        return
      }
      this.window.markCopied(number)
      bytes += frame.length
    }
  }

  // ---- The peer acknowledges

  acknowledged(below, now, steps) {
    const { window, context } = this
    if (below > this.#cutter.sentBelow) {
      context.host.dropped()
      return
    }
    if (below <= window.first) return
    // The peer expects copies for a while only.
    if (now - this.lastProgress < COPY_TIME) {
      for (let number = window.first; number < below; number++) {
        const frame = window.get(number)
        if (window.isCopied(number)) steps.push(() => context.host.copy(frame))
      }
    }
    window.trim(below)
    this.relay.acknowledged(below, now)
    this.lastProgress = now
    this.freeRoom(steps)
    this.pump()
  }

  freeRoom(steps) {
    if (this.isFull && this.window.isRoomy()) {
      this.isFull = false
      steps.push(() => this.context.host.roomAgain())
    }
  }

  // ---- The link begins, begins anew, or ends

  /** Frames are numbered from now on, and those that wait may leave. */
  begin(now) {
    this.lastProgress = now
    this.#cutter.rewind()
    if (this.barrier.isNeeded(now) && this.relay.isUp && this.context.mayRelay()) {
      this.barrier.raise(this.window.next, now)
      this.window.addBarrier()
      this.#relayBarrier(now)
    }
  }

  /**
   * The peer's life that frames were sent to is gone: whether it had them cannot be known. Those
   * that were not sent go to its next life.
   */
  peerRestarted(cause, steps) {
    this.unroute()
    this.relay.clear()
    const uncertain = this.#cutter.forgetSent()
    if (uncertain > 0) steps.push(() => this.context.host.undelivered(uncertain, cause))
  }

  giveUp(cause, steps) {
    const frames = this.window.countFrames(this.window.next)
    this.window.trim(this.window.next)
    this.#sendAgain()
    this.barrier.forget()
    if (frames > 0) steps.push(() => this.context.host.undelivered(frames, cause))
  }

  // ---- Time

  watch(now) {
    const path = this.#routed
    if (this.route === 'router' && this.relay.isOverdue(now)) {
      this.relay.timedOut()
      this.#cutter.rewind()
    }
    if (path !== null && this.barrier.isUp(this.window.first)) {
      this.#watchBarrier(path, now)
    } else if (path !== null && this.#isDropped(path, now)) {
      this.lastProgress = now
      this.#cutter.rewind()
    }
    this.pump()
  }

  #watchBarrier(path, now) {
    const number = this.barrier.number
    if (this.barrier.isExpired(this.relay.isUp, now)) {
      if (path.send({ ...this.standing.header(path), type: 'barrier', number })) {
        this.#cutter.sentTo(number + 1)
      }
    } else if (this.barrier.isOverdue(now)) {
      this.#relayBarrier(now)
    }
  }

  /**
   * Whether the peer has received every message and not taken every frame: it had no room for some,
   * or did not know us yet. A channel loses nothing, so nothing else would send them again.
   */
  #isDropped(path, now) {
    return (
      !this.window.isEmpty() &&
      !this.#cutter.hasMore() &&
      !path.monitor.isWaiting() &&
      now - this.lastProgress >= this.context.options.relayTimeout
    )
  }

  #relayBarrier(now) {
    const number = this.barrier.number
    if (this.speaker.relay({ ...this.standing.header(null), type: 'barrier', number })) {
      this.#cutter.sentTo(number + 1)
    }
    this.barrier.sent(now)
  }
}

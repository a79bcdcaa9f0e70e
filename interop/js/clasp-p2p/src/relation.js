import { Attempt } from './attempt.js'
import { UnreachableError } from './errors.js'
import { isLinkMessage } from './link/codec.js'
import { PeerLink } from './link/peer-link.js'

/** Why frames leave a link that may find another way for its packets. */
const IN_DOUBT = new Set(['silent', 'ice-failed'])

const MAX_ENDED = 32
const MAX_EARLY = 64

/**
 * The relation to one peer: the attempt under way, the link that is up, the one that it replaces,
 * and the numbered frames above them.
 *
 * The host hears `deliver(relation, frame, path)`, `signal(peerId, signal)`, `relay(peerId, bytes)`,
 * `event(name, relation, details)` and what {@link PeerLink} asks of one; it says whether a peer is
 * `accepts(relation)` and `canSignal()`.
 */
export class Relation {
  #environment
  #host
  #attempt = null
  #up = null
  #replaced = null
  #ended = []
  #early = []
  #waiting = []
  #failures = 0
  #retryTimer = null
  #restartTimer = null
  #closed = false
  #routed = null

  constructor(peerId, environment, host) {
    this.peerId = peerId
    this.#environment = environment
    this.#host = host
    this.link = new PeerLink({
      options: environment.options,
      clock: environment.clock,
      random: environment.random,
      mayRelay: () => true,
      host: {
        deliver: (frame, path) => host.deliver(this, frame, path),
        relay: (bytes) => host.canSignal() && host.relay(peerId, bytes),
        expectCopy: (frame) => host.expectCopy(frame),
        mayCopy: (frame) => host.mayCopy(frame),
        copy: (frame) => host.copy(frame),
        missing: (first, count) => host.event('missing', this, { first, count }),
        undelivered: (count, reason) => host.event('undelivered', this, { count, reason }),
        restarted: () => host.event('restarted', this, {}),
        pathChanged: (path, channel, reason) => this.#pathChanged(path, channel, reason),
        trusted: (channel) => this.#trusted(channel),
        failed: (channel, reason) => this.#withChannel(channel)?.end(reason),
        roomAgain: () => host.writable(),
        dropped: () => host.dropped()
      }
    })
  }

  get isLinked() {
    return this.#up !== null
  }

  /** The path that a reliable frame takes now. */
  get path() {
    if (this.link.isEstablished) return this.link.path
    return this.#plainChannel(this.#up?.reliable) === null ? 'router' : 'p2p'
  }

  get connection() {
    return this.#up?.connection ?? null
  }

  // ---- Sending

  /**
   * Sends a frame.
   *
   * @return 'p2p', 'router', 'waiting', or null when there is no room
   */
  send(frame, reliable) {
    this.wake()
    if (reliable) {
      const taken = this.link.send(frame)
      if (taken !== undefined) return taken
      const channel = this.#plainChannel(this.#up?.reliable)
      if (channel !== null) return channel.send(frame) ? 'p2p' : null
    } else {
      const channel = this.#streamChannel()
      if (channel !== null) {
        // The newest counts: what finds no room is lost, as on the way.
        channel.send(frame)
        return 'p2p'
      }
    }
    return this.#host.throughRouter(frame) ? 'router' : null
  }

  /**
   * Sends a frame that is for the peer itself, and never goes plainly through the router.
   *
   * @return as {@link send}, or undefined when there is no link
   */
  sendOwn(frame, reliable) {
    if (!reliable) {
      const channel = this.#streamChannel()
      channel?.send(frame)
      return channel === null ? undefined : 'p2p'
    }
    const taken = this.link.isEstablished ? this.link.send(frame) : undefined
    if (taken !== undefined) return taken
    const channel = this.#plainChannel(this.#up?.reliable)
    return channel === null ? undefined : channel.send(frame) ? 'p2p' : null
  }

  /** To a peer that numbers frames, plain ones go directly on the unreliable channel only. */
  #plainChannel(channel) {
    return this.#up !== null && !this.#up.isNumbering && channel?.isOpen ? channel : null
  }

  #streamChannel() {
    const up = this.#up
    if (up === null || !up.unreliable?.isOpen) return null
    return up.isNumbering && this.link.path !== 'p2p' ? null : up.unreliable
  }

  // ---- Making links

  /** Resolves when frames travel directly. */
  connect() {
    if (this.isDirect) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject }
      waiter.timer = this.#environment.clock.setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(new UnreachableError(`no link with ${this.peerId} in time`))
      }, this.#environment.options.connectTimeout)
      this.#waiting.push(waiter)
      this.#retryNow()
    })
  }

  get isDirect() {
    return this.#up !== null && this.path === 'p2p'
  }

  /** A frame would go over a link if there was one. */
  wake() {
    if (this.#closed || this.#attempt !== null || this.#up !== null || this.#retryTimer !== null) return
    if (this.#host.canSignal()) this.#offer()
  }

  #retryNow() {
    this.#environment.clock.clearTimeout(this.#retryTimer)
    this.#retryTimer = null
    this.wake()
  }

  #offer() {
    const id = `${this.#environment.ownId}-${this.peerId}-${this.#environment.uuid()}`
    this.#begin('offerer', id)?.offer()
  }

  /** Returns the attempt, or null when it has failed, or the application has refused it. */
  #begin(role, correlationId) {
    let attempt
    try {
      attempt = new Attempt(role, correlationId, this.#environment, this.#attemptHost())
    } catch (e) {
      this.#failed({ code: 'unavailable', message: `WebRTC cannot be used: ${e.message}` })
      return null
    }
    this.#attempt = attempt
    this.#host.event('connecting', this, { role })
    return this.#attempt === attempt ? attempt : null
  }

  #attemptHost() {
    return {
      emit: (attempt, signal) => {
        const needed = signal.type === 'offer' || signal.type === 'answer'
        if (!this.#host.signal(this.peerId, signal) && needed) {
          attempt.end({ code: 'connection-lost', message: 'the router does not take a signal' })
        }
      },
      opened: (attempt) => this.#opened(attempt),
      message: (attempt, bytes, reliable) => {
        if (isLinkMessage(bytes)) {
          if (reliable) this.link.received(bytes, attempt.reliable)
          else this.#host.dropped()
        } else {
          this.#host.deliver(this, bytes, 'p2p')
        }
      },
      drained: (attempt) => {
        this.link.drained(attempt.reliable)
        if (!attempt.isNumbering) this.#host.writable()
      },
      connectivity: (attempt, connected) => {
        if (attempt.isNumbering && attempt.isOpen) this.link.connectivity(attempt.reliable, connected)
      },
      dataChannel: (attempt, channel) => this.#host.event('datachannel', this, { channel }),
      numbers: (numbering) => {
        if (numbering) this.link.greet()
        else this.link.ungreet()
      },
      dropped: () => this.#host.dropped(),
      ended: (attempt, reason) => this.#attemptEnded(attempt, reason)
    }
  }

  // ---- Signals of the peer

  /** Takes a signal; false if it was of no use. */
  signal(signal) {
    if (this.#closed) return false
    const id = signal.correlation_id
    if (signal.type === 'offer') return this.#offered(signal)
    const meant = this.#find(id)
    if (meant !== null) {
      meant.signal(signal)
      return true
    }
    if (signal.type !== 'ice_candidate' || this.#ended.includes(id)) return false
    this.#early.push(signal)
    if (this.#early.length > MAX_EARLY) this.#early.shift()
    return true
  }

  #find(id) {
    return [this.#attempt, this.#up, this.#replaced].find((one) => one?.correlationId === id) ?? null
  }

  #offered(offer) {
    const id = offer.correlation_id
    const known = this.#find(id)
    if (known !== null && known === this.#up && known.isNumbering) {
      // ICE is to be restarted on it.
      known.signal(offer)
      return true
    }
    if (known !== null || this.#ended.includes(id)) return false
    const under = this.#attempt
    // When both sides offer at once, the smaller id yields.
    if (under?.role === 'offerer' && this.#environment.ownId > this.peerId) return true
    if (!this.#host.accepts(this)) return false
    this.#giveWay({ code: 'replaced', message: 'the peer has made a newer offer' })
    this.#environment.clock.clearTimeout(this.#retryTimer)
    this.#retryTimer = null
    const answering = this.#begin('answerer', id)
    if (answering === null) return true
    answering.signal(offer)
    for (const early of this.#early.splice(0)) {
      if (early.correlation_id === id) answering.signal(early)
    }
    return true
  }

  #giveWay(reason) {
    const under = this.#attempt
    this.#attempt = null
    under?.end(reason)
  }

  signalRefused(correlationId, reason) {
    if (this.#attempt?.correlationId === correlationId) this.#attempt.end(reason)
  }

  /** The peer is on the router; it may have just come. */
  seen(joined) {
    this.link.relayIs(this.#host.canSignal())
    if (joined && this.#attempt?.role === 'offerer' && !this.#attempt.isHeard) {
      this.#giveWay({ code: 'replaced', message: 'the peer has a new session' })
    }
    if (joined || this.#waiting.length > 0) this.#failures = 0
    if (this.#waiting.length > 0 || this.link.unacknowledged > 0) this.#retryNow()
  }

  gone() {
    this.link.relayIs(false)
  }

  /** Whether a session with the router stands. */
  routerIs(up) {
    this.link.relayIs(up)
    if (up && (this.#waiting.length > 0 || this.link.unacknowledged > 0)) this.#retryNow()
  }

  relayed(bytes) {
    this.link.relayIs(this.#host.canSignal())
    this.link.received(bytes, null)
  }

  // ---- What attempts tell

  #opened(attempt) {
    if (attempt !== this.#attempt) return
    const before = this.#up
    this.#attempt = null
    this.#up = attempt
    this.#failures = 0
    if (attempt.isNumbering) {
      this.#replace(before)
      this.link.attach(attempt.reliable)
    } else {
      before?.end({ code: 'replaced', message: 'a newer link took over' })
      this.#directNow()
    }
    if (before === null) this.#host.event('connected', this, {})
  }

  /** Of two links before, the one stays that frames take. */
  #replace(before) {
    if (before === null) return
    const oldest = this.#replaced
    const keepOldest = oldest !== null && oldest === this.#routed
    this.#replaced = keepOldest ? oldest : before
    const unwanted = keepOldest ? before : oldest
    unwanted?.end({ code: 'replaced', message: 'a newer link has come' })
  }

  #withChannel(channel) {
    return [this.#up, this.#replaced].find((one) => one?.reliable === channel) ?? null
  }

  #trusted(channel) {
    if (this.#replaced !== null && this.#up?.reliable === channel) {
      const before = this.#replaced
      this.#replaced = null
      this.link.detach(before.reliable, { code: 'replaced' })
      before.end({ code: 'replaced', message: 'a newer link took over' })
    }
  }

  #pathChanged(path, channel, reason) {
    this.#routed = channel === null ? null : this.#withChannel(channel)
    if (path === 'p2p') {
      this.#environment.clock.clearTimeout(this.#restartTimer)
      this.#restartTimer = null
      this.#directNow()
    } else if (this.#up !== null && IN_DOUBT.has(reason?.code)) {
      this.#restartSoon()
    }
    this.#host.event('path', this, { path, reason })
  }

  /** The side that offered a link in doubt looks for another way for its packets. */
  #restartSoon() {
    const { clock, options } = this.#environment
    if (this.#restartTimer !== null) return
    this.#restartTimer = clock.setTimeout(() => {
      this.#restartTimer = null
      const up = this.#up
      if (up?.role === 'offerer' && this.#attempt === null && this.#host.canSignal()) up.restartIce()
    }, options.iceRestartDelay)
  }

  #directNow() {
    for (const { resolve, timer } of this.#waiting.splice(0)) {
      this.#environment.clock.clearTimeout(timer)
      resolve()
    }
  }

  #attemptEnded(attempt, reason) {
    this.#ended.push(attempt.correlationId)
    if (this.#ended.length > MAX_ENDED) this.#ended.shift()
    if (attempt.reliable !== null) this.link.detach(attempt.reliable, reason)
    if (attempt === this.#attempt) {
      this.#attempt = null
      this.#failed(reason)
    } else if (attempt === this.#up) {
      // One that it was to replace serves on.
      this.#up = this.#replaced
      this.#replaced = null
      if (this.#up === null) this.#lost(reason)
    } else if (attempt === this.#replaced) {
      this.#replaced = null
    }
  }

  #failed(reason) {
    this.#host.event('failed', this, { reason })
    this.#retryLater()
  }

  #lost(reason) {
    this.#environment.clock.clearTimeout(this.#restartTimer)
    this.#restartTimer = null
    this.#host.event('disconnected', this, { reason })
    // Its end was meant; the next frame asks for another link.
    if (reason.code !== 'remote-close') this.#retryLater()
  }

  /** Attempts are spaced; those who wait for a link keep waiting until their time is over. */
  #retryLater() {
    if (this.#closed) return
    const { clock, random, options } = this.#environment
    const pause = Math.min(options.retryMax, options.retryMin * 2 ** this.#failures++)
    clock.clearTimeout(this.#retryTimer)
    this.#retryTimer = clock.setTimeout(() => {
      this.#retryTimer = null
      if (this.#waiting.length > 0 || this.link.unacknowledged > 0) this.wake()
    }, pause * (0.5 + random() / 2))
  }

  // ---- The end

  /** Ends the link, and lets the next frame make another one. */
  disconnect(reason) {
    this.#giveWay(reason)
    const up = this.#up
    this.#replaced?.end(reason)
    up?.end(reason)
    this.#environment.clock.clearTimeout(this.#retryTimer)
    this.#retryTimer = null
  }

  async close(within) {
    this.#closed = true
    const reason = { code: 'local-close', message: 'closed by the application' }
    for (const { reject, timer } of this.#waiting.splice(0)) {
      this.#environment.clock.clearTimeout(timer)
      reject(new UnreachableError('closed'))
    }
    await this.link.close(within)
    this.disconnect(reason)
    this.#environment.clock.clearTimeout(this.#restartTimer)
  }
}

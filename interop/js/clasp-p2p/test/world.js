import { PeerLink } from '../src/link/peer-link.js'
import { completeOptions } from '../src/options.js'
import { decodeFrame, encodeFrame } from '../src/wire/frames.js'

/** Small and repeatable (mulberry32). */
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Time that moves when it is told to. */
export class ManualClock {
  #now = 0
  #tasks = []
  #order = 0

  now = () => this.#now
  wall = () => 1_700_000_000_000 + this.#now
  isThrottled = () => false

  setTimeout = (task, delay) => {
    const entry = { at: this.#now + Math.max(0, delay), order: this.#order++, task }
    this.#tasks.push(entry)
    return entry
  }

  clearTimeout = (entry) => {
    this.#tasks = this.#tasks.filter((one) => one !== entry)
  }

  advance(time) {
    const end = this.#now + time
    for (;;) {
      this.#tasks.sort((one, other) => one.at - other.at || one.order - other.order)
      if (this.#tasks.length === 0 || this.#tasks[0].at > end) break
      const { at, task } = this.#tasks.shift()
      this.#now = at
      task()
    }
    this.#now = end
  }

  get pending() {
    return this.#tasks.length
  }
}

/** One side of a link: what it has heard, and was told. */
export class Side {
  heard = []
  paths = []
  lost = []
  events = []
  next = 0

  constructor(world, name) {
    this.world = world
    this.name = name
    this.start()
  }

  start() {
    const { clock, random, options } = this.world
    this.link = new PeerLink({
      options,
      clock,
      random,
      mayRelay: () => true,
      host: {
        deliver: (frame) => this.heard.push(decodeFrame(frame).value),
        relay: (bytes) => this.world.relay(this, bytes),
        expectCopy: () => {},
        mayCopy: () => false,
        copy: () => {},
        missing: (first, count) => this.events.push(['missing', count]),
        undelivered: (count) => this.lost.push(count),
        restarted: () => this.events.push(['restarted']),
        pathChanged: (path) => this.paths.push(path),
        trusted: () => {},
        failed: (channel, cause) => this.world.failed(this, channel, cause),
        roomAgain: () => this.events.push(['room']),
        dropped: () => {}
      }
    })
  }

  /** Sends the next number; false if there is no room for it. */
  send(padding = '') {
    const frame = encodeFrame({ type: 'SET', address: '/peer/x/n', value: [this.next, padding] })
    const path = this.link.send(frame)
    if (path === undefined) throw new Error('it is not numbered')
    if (path === null) return false
    this.next++
    return true
  }

  get numbers() {
    return this.heard.map(([number]) => number)
  }
}

/** Two sides, a router and data channels between them, whose packets travel and may be dropped. */
export class World {
  channels = []
  relayUp = true
  relayLoss = 0
  cut = false

  constructor(seed, options = {}) {
    this.random = seeded(seed)
    this.clock = new ManualClock()
    this.options = completeOptions(options)
    this.a = new Side(this, 'a')
    this.b = new Side(this, 'b')
  }

  other(side) {
    return side === this.a ? this.b : this.a
  }

  relay(from, bytes) {
    if (!this.relayUp) return false
    if (this.random() < this.relayLoss) return true
    const to = this.other(from)
    this.clock.setTimeout(() => to.link.received(bytes, null), 2)
    return true
  }

  router(up) {
    this.relayUp = up
    this.a.link.relayIs(up)
    this.b.link.relayIs(up)
  }

  /** A pair of channel ends; what is sent waits while the path is cut, as in SCTP. */
  connect(maxMessageSize = 65_536) {
    const ends = [this.a, this.b].map((side) => ({ side, queue: [], isOpen: true, maxMessageSize }))
    ends.forEach((end, i) => {
      end.other = ends[1 - i]
      end.isIdle = () => end.isOpen && end.queue.length < 8
      end.send = (bytes) => {
        if (!end.isOpen) return false
        end.queue.push(bytes)
        this.clock.setTimeout(() => this.#flow(end), 1)
        return true
      }
    })
    this.channels.push(ends)
    for (const end of ends) end.side.link.attach(end)
    return ends
  }

  #flow(end) {
    if (!end.isOpen || this.cut) return
    for (const bytes of end.queue.splice(0)) {
      if (end.other.isOpen) end.other.side.link.received(bytes, end.other)
    }
    end.side.link.drained(end)
  }

  heal() {
    this.cut = false
    for (const end of this.channels.flat()) this.#flow(end)
  }

  close(ends, code = 'channel-closed') {
    for (const end of ends) {
      if (!end.isOpen) continue
      end.isOpen = false
      end.side.link.detach(end, { code, message: code })
    }
  }

  failed(side, channel, cause) {
    this.close(this.channels.find((ends) => ends.includes(channel)), cause.code)
  }

  greet() {
    this.router(true)
    this.a.link.greet()
    this.b.link.greet()
    this.clock.advance(20)
  }
}

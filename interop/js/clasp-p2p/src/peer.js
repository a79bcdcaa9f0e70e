import { Emitter, guarded } from './emitter.js'
import { BackpressureError, InvalidArgumentError, UnreachableError } from './errors.js'
import { LruMap } from './lru.js'
import { PendingGets } from './pending-gets.js'
import { compilePattern, peerOf, requireAddress } from './wire/addresses.js'
import { encodeFrame, MAGIC } from './wire/frames.js'

const NOT_FOUND = 404

/** Of a channel of the application's own, so many bytes may wait. */
const MAX_BUFFERED = 1 << 20

/**
 * One peer, talked to directly. Addresses are the peer's own, such as `/fader/1`: what is sent here
 * reaches the {@link on} of the other side, and nobody else. Addresses within `/peer/<id>/**` belong
 * to {@link ClaspP2P}, and are refused.
 *
 * What is sent needs a direct link. When the link to a peer that numbers its frames is lost, what it
 * has taken and what follows goes through the router until there is a link again.
 *
 * Events, for {@link on}: `connecting`, `connected`, `disconnected` (reason), `failed` (reason),
 * `path` ({ path, reason }), `restarted`, `missing`, `undelivered`, `datachannel` (channel).
 */
export class Peer {
  #network
  #relation
  #emitter = new Emitter()
  #handlers = new Set()
  #channels = new Map()
  #values
  #gets

  /** Made by {@link ClaspP2P}. */
  constructor(network, relation, clock, options) {
    this.#network = network
    this.#relation = relation
    this.#values = new LruMap(options.cachedValues)
    this.#gets = new PendingGets(clock, options.getTimeout)
  }

  get id() {
    return this.#relation.peerId
  }

  /** Whether a direct link is up. */
  get isConnected() {
    return this.#relation.isLinked
  }

  /** By which path reliable frames travel now: 'p2p', 'router', or null when they wait. */
  get path() {
    return this.#relation.path
  }

  /** The smoothed round trip of the direct link in milliseconds, or null. */
  get roundTrip() {
    return this.#relation.link.roundTrip
  }

  /** How many frames the peer has not acknowledged. */
  get unacknowledged() {
    return this.#relation.link.unacknowledged
  }

  /** The platform's peer connection, or null; for statistics. */
  get connection() {
    return this.#relation.connection
  }

  /**
   * Sets a value, reliably and in order. Both sides remember what they have last set, for `get`.
   *
   * @return by which path it goes: 'p2p', 'router', or 'waiting' when there is none at present
   * @throws UnreachableError when there is no link
   * @throws BackpressureError when a buffer is full and the value was not taken
   */
  set(address, value) {
    const path = this.#send({ type: 'SET', address, value })
    this.#values.set(address, value)
    return path
  }

  /** Emits an event, reliably and in order; see {@link set}. */
  emit(address, value) {
    return this.#send({ type: 'PUBLISH', signal: 'event', address, value })
  }

  /** Sends a sample that may be lost, and overtake the rest; see {@link set}. */
  stream(address, value) {
    return this.#send({ type: 'PUBLISH', signal: 'stream', address, value })
  }

  /** Sends a step of a gesture; see {@link set}. */
  gesture(address, id, phase, value) {
    return this.#send({ type: 'PUBLISH', signal: 'gesture', address, value, id, phase })
  }

  #send(message) {
    const { address } = message
    if (peerOf(requireAddress(address)) !== null) {
      throw new InvalidArgumentError(`${address} is no address of a peer's own; send it by ClaspP2P`)
    }
    const frame = encodeFrame(message)
    const channel = this.#channelOf(address)
    if (channel !== null) return this.#sendOn(channel, frame)
    const path = this.#relation.sendOwn(frame, message.signal !== 'stream')
    if (path === undefined) throw new UnreachableError(`there is no link with ${this.id}`)
    if (path === null) throw new BackpressureError(`no room for ${address}; wait for writable`)
    return path
  }

  #sendOn(channel, frame) {
    if (channel.readyState !== 'open') throw new UnreachableError(`channel ${channel.label} is not open`)
    if (channel.bufferedAmount + frame.length > MAX_BUFFERED) {
      throw new BackpressureError(`channel ${channel.label} is full; wait for bufferedamountlow`)
    }
    channel.send(frame)
    return 'p2p'
  }

  /** The open channel with the longest label that an address lies under, or null. */
  #channelOf(address) {
    let found = null
    for (const [label, channel] of this.#channels) {
      const covers = address === label || address.startsWith(`${label}/`)
      if (covers && (found === null || label.length > found.label.length)) found = channel
    }
    return found
  }

  /** Asks the peer for what it remembers. */
  get(address) {
    return this.#gets.ask(address, () => this.#send({ type: 'GET', address }))
  }

  /**
   * Hears what the peer sends to addresses of its own, where the pattern begins with a slash:
   * `handler(value, address, meta)`; otherwise an event.
   *
   * @return ends it
   */
  on(patternOrEvent, handler) {
    if (!patternOrEvent.startsWith('/')) return this.#emitter.on(patternOrEvent, handler)
    if (typeof handler !== 'function') throw new InvalidArgumentError('a handler must be a function')
    const entry = { matches: compilePattern(patternOrEvent), handler }
    this.#handlers.add(entry)
    return () => this.#handlers.delete(entry)
  }

  /**
   * Opens a data channel of the application's own on the direct link; it ends with the link. What is
   * sent to addresses under its label, such as `/control/x` under `/control`, rides on it. Other
   * data may travel on it too, as long as it does not begin as a CLASP frame does (0x53).
   *
   * @param label an address without wildcards
   * @param options as of `RTCPeerConnection.createDataChannel`, with null for what is not limited
   * @return the platform's `RTCDataChannel`
   */
  createDataChannel(label, options = {}) {
    if (requireAddress(label).includes('*') || peerOf(`${label}/`) !== null) {
      throw new InvalidArgumentError(`the label of a channel must be an address of a peer's own: ${label}`)
    }
    if (options.maxRetransmits != null && options.maxPacketLifeTime != null) {
      throw new InvalidArgumentError('maxRetransmits and maxPacketLifeTime exclude each other')
    }
    const { connection } = this
    if (connection === null) throw new UnreachableError(`there is no link with ${this.id}`)
    const { priority, ...rtc } = options
    for (const [key, value] of Object.entries(rtc)) if (value === null) delete rtc[key]
    const channel = connection.createDataChannel(label, rtc)
    this.adopt(channel)
    return channel
  }

  /** Called by {@link ClaspP2P}: a channel is there, of either side. */
  adopt(channel) {
    channel.binaryType = 'arraybuffer'
    this.#channels.set(channel.label, channel)
    channel.addEventListener('close', () => {
      if (this.#channels.get(channel.label) === channel) this.#channels.delete(channel.label)
    })
    channel.addEventListener('message', ({ data }) => {
      if (!(data instanceof ArrayBuffer)) return
      const bytes = new Uint8Array(data)
      if (bytes[0] === MAGIC) this.#network.fromChannel(this, bytes)
    })
  }

  /** Ends the direct link; what is sent afterwards asks for another one. */
  disconnect() {
    this.#relation.disconnect({ code: 'local-close', message: 'closed by the application' })
  }

  /** Refuses a link that is being made; for listeners of `peer_connecting`. */
  reject(reason) {
    this.#relation.disconnect({ code: 'local-close', message: String(reason ?? 'refused') })
  }

  /** Called by {@link ClaspP2P}. */
  notify(event, details) {
    this.#emitter.emit(event, details)
  }

  /** Called by {@link ClaspP2P}: a message of the peer about its own; false if it makes no sense. */
  take(message, path) {
    const { type, address } = message
    switch (type) {
      case 'SET':
        this.#values.set(address, message.value)
        this.#heard(message.value, address, { path, peer: this.id, signal: 'param' })
        return true
      case 'PUBLISH': {
        const { signal, timestamp, id, phase } = message
        const meta = { path, peer: this.id, signal, timestamp }
        if (signal === 'gesture') Object.assign(meta, { gesture: id, phase })
        this.#heard(message.value ?? message.samples ?? null, address, meta)
        return true
      }
      case 'GET':
        this.#answer(address)
        return true
      case 'SNAPSHOT':
        for (const param of message.params) this.#gets.resolve(param.address, param.value)
        return true
      case 'ERROR':
        this.#gets.reject(address, new UnreachableError(`${message.code} ${message.message}`))
        return true
    }
    return false
  }

  #answer(address) {
    const value = this.#values.get(address)
    const reply =
      value === undefined
        ? { type: 'ERROR', code: NOT_FOUND, message: 'no such value', address }
        : { type: 'SNAPSHOT', params: [{ address, value, revision: 0 }] }
    this.#relation.sendOwn(encodeFrame(reply), true)
  }

  #heard(value, address, meta) {
    for (const { matches, handler } of [...this.#handlers]) {
      if (matches(address)) guarded(handler, value, address, meta)
    }
  }

  /** Called by {@link ClaspP2P}: nothing more comes. */
  end() {
    this.#gets.end()
  }
}

import { RELIABLE, UNRELIABLE } from './attempt.js'
import { Emitter, guarded } from './emitter.js'
import { InvalidArgumentError, UnreachableError } from './errors.js'
import { compilePattern, peerAddress, requireAddress } from './wire/addresses.js'

/**
 * A peer. Addresses are relative to it: `peer.set('/fader/1', 0.5)` sets `/peer/<its id>/fader/1`,
 * and `peer.on('/fader/*', …)` hears what it sends to `/peer/<our id>/fader/*`.
 *
 * Events, for {@link on}: `connecting`, `connected`, `disconnected` (reason), `failed` (reason),
 * `path` ({ path, reason }), `restarted`, `missing`, `undelivered`, `datachannel` (channel).
 */
export class Peer {
  #network
  #relation
  #emitter = new Emitter()
  #handlers = new Set()

  /** Made by {@link ClaspP2P}. */
  constructor(network, relation) {
    this.#network = network
    this.#relation = relation
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

  #address(relative) {
    requireAddress(relative)
    const own = peerAddress(this.id, '')
    return relative.startsWith(`${own}/`) ? relative : own + relative
  }

  /** Sets a value; see {@link ClaspP2P#set}. */
  set(address, value) {
    return this.#network.set(this.#address(address), value)
  }

  /** Emits an event; see {@link ClaspP2P#emit}. */
  emit(address, value) {
    return this.#network.emit(this.#address(address), value)
  }

  /** Sends a sample that may be lost; see {@link ClaspP2P#stream}. */
  stream(address, value) {
    return this.#network.stream(this.#address(address), value)
  }

  /** Asks for a value; see {@link ClaspP2P#get}. */
  get(address) {
    return this.#network.get(this.#address(address))
  }

  /**
   * Hears what the peer sends, where the pattern begins with a slash: `handler(value, address,
   * meta)`; otherwise an event. What comes through the router from a peer without the link layer
   * does not say whom it is from, and is heard by {@link ClaspP2P#on} only.
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
   * Opens a data channel of the application's own on the direct link; it ends with the link.
   *
   * @param options as of `RTCPeerConnection.createDataChannel`
   * @return the platform's `RTCDataChannel`
   */
  createDataChannel(label, options = {}) {
    if (label === RELIABLE || label === UNRELIABLE) {
      throw new InvalidArgumentError(`${label} is CLASP's own; choose another label`)
    }
    if (options.maxRetransmits != null && options.maxPacketLifeTime != null) {
      throw new InvalidArgumentError('maxRetransmits and maxPacketLifeTime exclude each other')
    }
    const { connection } = this
    if (connection === null) throw new UnreachableError(`there is no link with ${this.id}`)
    const { priority, ...rtc } = options
    for (const [key, value] of Object.entries(rtc)) if (value === null) delete rtc[key]
    return connection.createDataChannel(label, rtc)
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

  /** Called by {@link ClaspP2P}. */
  heard(value, address, meta) {
    for (const { matches, handler } of [...this.#handlers]) {
      if (matches(address)) guarded(handler, value, address, meta)
    }
  }
}

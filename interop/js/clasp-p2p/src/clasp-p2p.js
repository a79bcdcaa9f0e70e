import { platformClock } from './clock.js'
import { CopyBudget, ExpectedCopies } from './copies.js'
import { Emitter, guarded } from './emitter.js'
import { BackpressureError, InvalidArgumentError, MalformedError, UnreachableError } from './errors.js'
import { completeOptions } from './options.js'
import { Peer } from './peer.js'
import { PendingGets } from './pending-gets.js'
import { Relation } from './relation.js'
import { RouterSession } from './router-session.js'
import { Signalling } from './signalling.js'
import { ValuesCache } from './values-cache.js'
import {
  compilePattern,
  peerAddress,
  peerOf,
  requireAddress,
  requirePeerId
} from './wire/addresses.js'
import { decodeFrame, encodeFrame } from './wire/frames.js'

/** Beyond the ids of subscriptions, which count from 1. */
const SIGNAL_SUBSCRIPTION = 0xc0000000
const NOT_FOUND = 404

/**
 * A client of a CLASP router that talks to its peers directly, over WebRTC data channels, where it
 * can: what is sent to `/peer/<id>/**` takes the direct link to that peer when one is up, and the
 * router when not. Between peers that number their frames, as this one and CLASP for Java do,
 * nothing reliable is lost, repeated or reordered when the path changes.
 *
 * Events, for {@link on}: `peer_seen`, `peer_connecting`, `peer_connected`, `peer_disconnected`,
 * `peer_failed` and `peer_path` with the {@link Peer} and details; `connected` (session),
 * `disconnected` (reason), `error` (error), `writable`.
 *
 * Browsers and Node 22 have a WebSocket; older Nodes need one as an option, and every Node needs
 * `wrtc`.
 */
export class ClaspP2P {
  #clock
  #random
  #options
  #router
  #signalling
  #emitter = new Emitter()
  #relations = new Map()
  #peers = new Map()
  #subscriptions = new Map()
  #nextSubscription = 1
  #values
  #gets
  #expectedCopies
  #copies
  #environment
  #closed = false
  #dropped = 0

  /** Our own peer id. */
  clientId

  /**
   * @param signaling URL of the router, such as `ws://127.0.0.1:7330`
   * @param clientId own peer id; a random one by default
   * @param rtcConfig as of `RTCPeerConnection`; no STUN or TURN server is contacted unless named
   * @param token shown to the router
   * @param wrtc where `RTCPeerConnection` is, for Node: a package such as `@roamhq/wrtc`
   * @param WebSocket for platforms without one
   * @param options what `options.js` lists
   */
  constructor({
    signaling,
    clientId,
    rtcConfig = {},
    token,
    wrtc = globalThis,
    WebSocket = globalThis.WebSocket,
    options,
    clock = platformClock,
    random = Math.random
  }) {
    if (typeof signaling !== 'string' || !/^wss?:\/\//.test(signaling)) {
      throw new InvalidArgumentError(`signaling must be the ws:// or wss:// URL of a router: ${signaling}`)
    }
    if (typeof WebSocket !== 'function') {
      throw new InvalidArgumentError('this platform has no WebSocket; give one as an option')
    }
    if (typeof wrtc.RTCPeerConnection !== 'function') {
      throw new InvalidArgumentError('this platform has no RTCPeerConnection; give one as wrtc')
    }
    this.clientId = requirePeerId(clientId ?? uuid(random))
    this.#clock = clock
    this.#random = random
    this.#options = completeOptions(options)
    this.#values = new ValuesCache(this.#options.cachedValues)
    this.#gets = new PendingGets(clock, this.#options.getTimeout)
    this.#expectedCopies = new ExpectedCopies(clock)
    this.#copies = new CopyBudget(clock, this.#options)
    const router = { url: signaling, name: this.clientId, token, WebSocket, clock, random }
    this.#router = new RouterSession({ ...router, options: this.#options }, this.#routerListener())
    this.#signalling = new Signalling(this.#router, this.clientId, clock, this.#options, this.#receiver())
    this.#environment = {
      ownId: this.clientId,
      RTCPeerConnection: wrtc.RTCPeerConnection,
      rtcConfig,
      clock,
      random,
      options: this.#options,
      uuid: () => uuid(random)
    }
  }

  /** Connects to the router, and from then on stays connected. */
  async connect() {
    await this.#router.connect()
    return this
  }

  get session() {
    return this.#router.session
  }

  /** How many messages made no sense or were not allowed. */
  get dropped() {
    return this.#dropped
  }

  // ---- Sending

  /**
   * Sets a value. Numbers are floats; a `bigint` is a 64-bit integer.
   *
   * @return by which path it goes: 'p2p', 'router', or 'waiting' when there is none at present
   * @throws BackpressureError when a buffer is full and the value was not taken
   */
  set(address, value) {
    return this.#send(requireAddress(address), { type: 'SET', address, value })
  }

  /** Emits an event; see {@link set}. */
  emit(address, value) {
    return this.#publish('event', address, value)
  }

  /** Sends a sample of a stream, which may be lost, and overtake the rest; see {@link set}. */
  stream(address, value) {
    return this.#publish('stream', address, value)
  }

  /** Sends a step of a gesture: `phase` is 'start', 'move', 'end' or 'cancel'; see {@link set}. */
  gesture(address, id, phase, value) {
    return this.#publish('gesture', address, value, { id, phase })
  }

  #publish(signal, address, value, more = {}) {
    requireAddress(address)
    return this.#send(address, { type: 'PUBLISH', signal, address, value, ...more })
  }

  #send(address, message) {
    const frame = encodeFrame(message)
    const peer = peerOf(address)
    const path =
      peer === null || peer === this.clientId
        ? this.#throughRouter(frame)
        : this.#relation(peer).send(frame, message.signal !== 'stream')
    return taken(path, address)
  }

  #throughRouter(frame) {
    return this.#router.send(frame) ? 'router' : null
  }

  /**
   * Sends several at once: `[{ set: [address, value] }, { emit: [address, value] }]`. To a peer that
   * numbers frames a bundle goes as one; a router takes it apart, and applies the sets first.
   */
  bundle(messages) {
    const all = messages.map(({ set, emit }) => {
      const [address, value] = set ?? emit
      requireAddress(address)
      return set ? { type: 'SET', address, value } : { type: 'PUBLISH', signal: 'event', address, value }
    })
    if (all.length === 0) throw new InvalidArgumentError('a bundle needs at least one message')
    const frame = encodeFrame({ type: 'BUNDLE', messages: all })
    const peers = new Set(all.map(({ address }) => peerOf(address)))
    const [peer] = peers
    const relation = peers.size === 1 && peer !== null ? this.#relations.get(peer) : undefined
    const path = relation?.link.send(frame)
    return taken(path === undefined ? this.#throughRouter(frame) : path, 'a bundle')
  }

  /** Asks for a value: of a peer, when it is linked, or of the router. */
  get(address) {
    requireAddress(address)
    return this.#gets.ask(address, () => this.#send(address, { type: 'GET', address }))
  }

  // ---- Hearing

  /**
   * Hears values where the pattern begins with a slash: `handler(value, address, meta)`, with
   * `meta.path` ('p2p' or 'router'), `meta.peer` (its id, or null when the router does not tell) and
   * `meta.signal`; values that are known already come first. Otherwise hears an event.
   *
   * @return ends it
   */
  on(patternOrEvent, handler) {
    if (!patternOrEvent.startsWith('/')) return this.#emitter.on(patternOrEvent, handler)
    if (typeof handler !== 'function') throw new InvalidArgumentError('a handler must be a function')
    const matches = compilePattern(patternOrEvent)
    let subscription = this.#subscriptions.get(patternOrEvent)
    if (subscription === undefined) {
      subscription = { pattern: patternOrEvent, matches, handlers: new Set(), id: this.#nextSubscription++ }
      this.#subscriptions.set(patternOrEvent, subscription)
      this.#subscribe(subscription)
    }
    subscription.handlers.add(handler)
    for (const [address, { value, meta }] of this.#values.entries()) {
      if (matches(address)) queueMicrotask(() => subscription.handlers.has(handler) && guarded(handler, value, address, meta))
    }
    return () => this.#unsubscribe(subscription, handler)
  }

  #subscribe({ id, pattern }) {
    // What is sent to us is subscribed to in any case.
    if (this.session === null || pattern.startsWith(peerAddress(this.clientId, '/'))) return
    this.#control({ type: 'SUBSCRIBE', id, pattern })
  }

  #unsubscribe(subscription, handler) {
    subscription.handlers.delete(handler)
    const { id, pattern, handlers } = subscription
    if (handlers.size > 0 || this.#subscriptions.get(pattern) !== subscription) return
    this.#subscriptions.delete(pattern)
    if (this.session !== null) this.#control({ type: 'UNSUBSCRIBE', id })
  }

  #control(message) {
    if (!this.#router.sendNow(encodeFrame(message))) {
      this.#emitter.emit('error', new BackpressureError(`the router has no room for ${message.type}`))
    }
  }

  #dispatch(value, address, meta) {
    for (const { matches, handlers } of [...this.#subscriptions.values()]) {
      if (!matches(address)) continue
      for (const handler of [...handlers]) guarded(handler, value, address, meta)
    }
  }

  // ---- Peers

  /** A peer by its id, whether or not it is there. */
  peer(id) {
    return this.#peers.get(requirePeerId(id)) ?? (this.#relation(id), this.#peers.get(id))
  }

  /** Links with a peer directly; resolves with it when values travel that way. */
  async connectToPeer(id) {
    await this.#relation(requirePeerId(id)).connect()
    return this.peer(id)
  }

  #relation(id) {
    const known = this.#relations.get(id)
    if (known !== undefined) return known
    if (this.#closed) throw new UnreachableError('it is closed')
    if (this.#relations.size >= this.#options.maxKnownPeers) {
      throw new BackpressureError('too many peers are known; raise maxKnownPeers')
    }
    const relation = new Relation(id, this.#environment, this.#relationHost())
    this.#relations.set(id, relation)
    this.#peers.set(id, new Peer(this, relation, this.#clock, this.#options))
    if (this.session !== null) relation.link.relayIs(true)
    return relation
  }

  #relationHost() {
    return {
      deliver: (relation, frame, path) => this.#fromPeer(relation, frame, path),
      signal: (peer, signal) => this.#signalling.send(peer, signal),
      relay: (peer, bytes) => this.#signalling.relay(peer, bytes),
      throughRouter: (frame) => this.#router.send(frame),
      canSignal: () => this.session !== null && !this.#closed,
      accepts: () => [...this.#relations.values()].filter((one) => one.isLinked).length < this.#options.maxPeers,
      expectCopy: (frame) => this.#expectedCopies.expect(frame),
      mayCopy: () => this.#copies.take(),
      copy: (frame) => this.#router.sendNow(frame),
      event: (event, relation, details) => this.#peerEvent(event, relation, details),
      writable: () => this.#emitter.emit('writable'),
      dropped: () => this.#drop()
    }
  }

  #peerEvent(event, relation, details) {
    const peer = this.#peers.get(relation.peerId)
    if (event === 'datachannel') peer.adopt(details.channel)
    peer.notify(event, details)
    this.#emitter.emit(`peer_${event}`, peer, details)
  }

  #drop() {
    this.#dropped++
  }

  // ---- What peers send: what is for us, answers about what is theirs, and what is their own

  /** Called by {@link Peer}: a frame came on a channel of the application's own. */
  fromChannel(peer, frame) {
    this.#fromPeer(this.#relations.get(peer.id), frame, 'p2p')
  }

  #fromPeer(relation, frame, path) {
    let message
    try {
      message = decodeFrame(frame)
    } catch (e) {
      if (!(e instanceof MalformedError)) throw e
      this.#drop()
      return
    }
    if (message.type === 'PING') relation.sendOwn(encodeFrame({ type: 'PONG' }), true)
    else if (!this.#takeOf(relation, message, path)) this.#drop()
  }

  #takeOf(relation, message, path) {
    const { type, address } = message
    const { peerId } = relation
    const own = () => this.#peers.get(peerId).take(message, path)
    switch (type) {
      case 'BUNDLE':
        return message.messages.map((inner) => this.#takeOf(relation, inner, path)).every(Boolean)
      case 'SNAPSHOT':
        for (const param of message.params) {
          if (peerOf(param.address) === peerId) this.#gets.resolve(param.address, param.value)
          else if (peerOf(param.address) !== null) return false
        }
        return own()
      case 'ERROR':
        if (address === undefined || peerOf(address) !== peerId) return own()
        this.#gets.reject(address, new UnreachableError(`${message.code} ${message.message}`))
        return true
      case 'SET':
      case 'PUBLISH':
        if (peerOf(address) === null) return own()
        if (peerOf(address) !== this.clientId) return false
        this.#heard(message, { path, peer: peerId })
        return true
      case 'GET':
        if (peerOf(address) === null) return own()
        if (peerOf(address) !== this.clientId) return false
        this.#answer(relation, address)
        return true
    }
    return false
  }

  #answer(relation, address) {
    const known = this.#values.get(address)
    const reply =
      known === undefined
        ? { type: 'ERROR', code: NOT_FOUND, message: 'no such value', address }
        : { type: 'SNAPSHOT', params: [{ address, value: known.value, revision: 0 }] }
    relation.sendOwn(encodeFrame(reply), true)
  }

  /** A SET or PUBLISH came. */
  #heard(message, { path, peer }) {
    const { address } = message
    if (message.type === 'SET') {
      const meta = { path, peer, signal: 'param', revision: message.revision }
      if (this.#values.live(address, message.value, meta)) this.#dispatch(message.value, address, meta)
      return
    }
    const { signal, timestamp } = message
    const meta = { path, peer, signal, timestamp }
    if (signal === 'gesture') Object.assign(meta, { gesture: message.id, phase: message.phase })
    this.#dispatch(message.value ?? message.samples ?? null, address, meta)
  }

  // ---- What the router sends

  #routerListener() {
    return {
      welcomed: (session) => this.#welcomed(session),
      interrupted: (reason) => {
        for (const relation of this.#relations.values()) relation.routerIs(false)
        this.#emitter.emit('disconnected', reason)
      },
      message: (message) => this.#fromRouter(message),
      writable: () => {
        for (const relation of this.#relations.values()) relation.link.relayHasRoom()
        this.#emitter.emit('writable')
      },
      malformed: () => this.#drop(),
      refused: (error) => this.#emitter.emit('error', new UnreachableError(`${error.code} ${error.message}`))
    }
  }

  #welcomed(session) {
    // First the ears, then the voice: answers must not come too early.
    const own = { id: SIGNAL_SUBSCRIPTION, pattern: peerAddress(this.clientId, '/**') }
    this.#control({ type: 'SUBSCRIBE', ...own })
    this.#signalling.patterns.forEach((pattern, i) =>
      this.#control({ type: 'SUBSCRIBE', id: SIGNAL_SUBSCRIPTION + 1 + i, pattern, types: ['event'] })
    )
    for (const subscription of this.#subscriptions.values()) this.#subscribe(subscription)
    this.#signalling.announce()
    for (const relation of this.#relations.values()) relation.routerIs(true)
    this.#emitter.emit('connected', session)
  }

  #fromRouter(message) {
    if (this.#signalling.take(message) || this.#expectedCopies.isCopy(message)) return
    switch (message.type) {
      case 'SET':
      case 'PUBLISH':
        this.#heard(message, { path: 'router', peer: null })
        break
      case 'SNAPSHOT':
        for (const { address, value, revision, timestamp } of message.params) {
          this.#gets.resolve(address, value)
          const meta = { path: 'router', peer: null, signal: 'param', revision, timestamp }
          if (this.#values.snapshot(address, value, meta)) this.#dispatch(value, address, meta)
        }
        break
      case 'ERROR':
        this.#emitter.emit('error', new Error(`the router says: ${message.code} ${message.message}`))
    }
  }

  #receiver() {
    return {
      signal: (peer, signal) => {
        const known = this.#relations.get(peer)
        if (known === undefined && signal.type !== 'offer') this.#drop()
        else this.#guardedRelation(peer, (relation) => relation.signal(signal) || this.#drop())
      },
      relayed: (peer, bytes) => this.#guardedRelation(peer, (relation) => relation.relayed(bytes)),
      seen: (peer, joined) => {
        this.#relations.get(peer)?.seen(joined)
        this.#emitter.emit('peer_seen', peer)
      },
      gone: (peer) => this.#relations.get(peer)?.gone(),
      refused: (peer, id, reason) => this.#relations.get(peer)?.signalRefused(id, reason),
      dropped: () => this.#drop()
    }
  }

  /** Peers that come by themselves are bounded too. */
  #guardedRelation(peer, use) {
    if (this.#closed || (!this.#relations.has(peer) && this.#relations.size >= this.#options.maxKnownPeers)) {
      this.#drop()
    } else {
      use(this.#relation(peer))
    }
  }

  // ---- The end

  /** Waits, for a bounded time, until peers have acknowledged what was sent; then ends everything. */
  async close() {
    if (this.#closed) return
    const all = [...this.#relations.values()]
    await Promise.all(all.map((relation) => relation.close(this.#options.drainTimeout)))
    this.#closed = true
    this.#gets.end()
    for (const peer of this.#peers.values()) peer.end()
    this.#router.close()
  }
}

function taken(path, what) {
  if (path === null) throw new BackpressureError(`no room for ${what}; wait for writable`)
  return path
}

/** Also where there is no secure context, and so no `crypto.randomUUID`. */
function uuid(random) {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, hex.slice(16, 20), hex.slice(20)].join('-')
}


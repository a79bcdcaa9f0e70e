import { isPeerId } from './wire/addresses.js'
import { encodeFrame, QoS } from './wire/frames.js'
import { LruMap } from './lru.js'

const ANNOUNCE = '/clasp/p2p/announce'
const TO_SESSION = '/clasp/p2p/signal/'
const TO_NAME = '/webrtc/signal/'
const MAX_ID = 512

/** By this key of an offer or answer a peer tells that it speaks the link layer. */
export const LINK_KEY = 'clasp_link'
export const LINK_VERSION = '1'

/**
 * Carries signals through the router, to sessions and to names, and knows who is there. A peer
 * whose session is known is signalled there, for the router says at once when a session is gone.
 *
 * The receiver hears `signal(peerId, signal)`, `relayed(peerId, bytes)`, `seen(peerId, joined)`,
 * `gone(peerId)`, `refused(peerId, correlationId, reason)` and `dropped()`.
 */
export class Signalling {
  #router
  #ownId
  #clock
  #options
  #receiver
  #sessions
  #peers
  #sent
  #limits

  constructor(router, ownId, clock, options, receiver) {
    this.#router = router
    this.#ownId = ownId
    this.#clock = clock
    this.#options = options
    this.#receiver = receiver
    this.#sessions = new LruMap(options.maxKnownPeers)
    this.#peers = new LruMap(options.maxKnownPeers)
    this.#sent = new LruMap(options.maxKnownPeers)
    this.#limits = new LruMap(options.maxKnownPeers)
  }

  /** What to subscribe to. */
  get patterns() {
    return [`${TO_NAME}${this.#ownId}/*`, ANNOUNCE]
  }

  get #session() {
    return this.#router.session
  }

  /** A session stands, and the patterns are subscribed to. */
  announce() {
    // The router may have been away, and then all sessions are new. Who is there answers.
    for (const [peer, session] of this.#sessions.entries()) {
      if (peer !== session) this.#forget(peer, session)
    }
    this.#publish(ANNOUNCE, this.#announcement())
  }

  #forget(peer, session) {
    this.#sessions.delete(peer)
    this.#peers.delete(session)
  }

  #announcement() {
    return {
      session_id: this.#session,
      p2p_capable: true,
      features: ['webrtc', 'reliable', 'unreliable'],
      name: this.#ownId
    }
  }

  #publish(address, value, qos) {
    return this.#router.sendNow(encodeFrame({ type: 'PUBLISH', signal: 'event', address, value }, qos))
  }

  /** Sends a signal; false when the router does not take it. */
  send(peer, signal) {
    const { address, from } = this.#way(peer)
    this.#sent.set(address, { peer, correlationId: signal.correlation_id })
    return this.#publish(address, { ...signal, from, name: this.#ownId, session: this.#session })
  }

  /** Sends a message of a peer link in an envelope. */
  relay(peer, message) {
    const { address, from } = this.#way(peer)
    if (!this.#sent.has(address)) this.#sent.set(address, { peer, correlationId: null })
    const envelope = { type: 'link', from, name: this.#ownId, session: this.#session, message }
    // Labelled as data are, to keep its place among the frames that travel plainly.
    return this.#publish(address, envelope, QoS.COMMIT)
  }

  #way(peer) {
    const session = this.#sessions.get(peer)
    return session === undefined
      ? { address: `${TO_NAME}${peer}/${this.#ownId}`, from: this.#ownId }
      : { address: TO_SESSION + session, from: this.#session }
  }

  // ---- What the router brings

  /** Takes a message if it belongs to the signalling; true if nobody else needs to see it. */
  take(message) {
    if (message.type === 'ERROR') return this.#error(message)
    if (message.type !== 'PUBLISH') return false
    const { address, value } = message
    if (address === ANNOUNCE) {
      this.#announced(value, false)
      return true
    }
    if (address === TO_SESSION + this.#session) {
      if (value?.type === 'announce') this.#announced(value, true)
      else this.#signalled(value, null)
      return true
    }
    if (address.startsWith(`${TO_NAME}${this.#ownId}/`)) {
      this.#signalled(value, address.slice(address.lastIndexOf('/') + 1))
      return true
    }
    return false
  }

  #announced(value, directed) {
    const session = value?.session_id
    const name = value?.name
    if (!isId(session) || (name !== undefined && !isPeerId(name))) {
      this.#receiver.dropped()
      return
    }
    if (session === this.#session) return
    const peer = name ?? session
    if (peer === this.#ownId || !this.#permits(session)) {
      this.#receiver.dropped()
      return
    }
    if (value.p2p_capable === false) {
      const known = this.#peers.get(session)
      if (known !== undefined) this.#forget(known, session)
      return
    }
    this.#learn(peer, session)
    if (!directed && name !== undefined) {
      const address = TO_SESSION + session
      if (!this.#sent.has(address)) this.#sent.set(address, { peer, correlationId: null })
      this.#publish(address, { type: 'announce', from: this.#session, ...this.#announcement() })
    }
    this.#receiver.seen(peer, !directed)
  }

  #learn(peer, session) {
    const before = this.#sessions.get(peer)
    if (before !== undefined && before !== session) this.#peers.delete(before)
    const other = this.#peers.get(session)
    if (other !== undefined && other !== peer) this.#sessions.delete(other)
    this.#sessions.set(peer, session)
    this.#peers.set(session, peer)
  }

  #signalled(value, sender) {
    const peer = this.#senderOf(value, sender)
    if (peer === null || peer === this.#ownId) {
      this.#receiver.dropped()
      return
    }
    if (value.type === 'link') {
      if (value.message instanceof Uint8Array) this.#receiver.relayed(peer, value.message)
      else this.#receiver.dropped()
      return
    }
    if (!isSignal(value) || !this.#permits(value.from)) {
      this.#receiver.dropped()
      return
    }
    const session = sender === null ? value.from : value.session
    if (value.type === 'offer' && session !== undefined) this.#learn(peer, session)
    this.#receiver.signal(peer, value)
  }

  /** The peer that a signal is of; null when it does not agree with its address, or itself. */
  #senderOf(value, sender) {
    const { from, name, session } = value ?? {}
    if (!isId(from) || !isOptionalId(name) || !isOptionalId(session)) return null
    if (sender !== null) return from === sender && isPeerId(from) ? from : null
    if (session !== undefined && session !== from) return null
    const known = this.#peers.get(from)
    if (name === undefined) return known ?? (isPeerId(from) ? from : null)
    if (known !== undefined && known !== name && known !== from) return null
    return isPeerId(name) ? name : null
  }

  #permits(sender) {
    const now = this.#clock.now()
    let window = this.#limits.get(sender)
    if (window === undefined || now - window.began >= 1_000) {
      window = { began: now, count: 0 }
      this.#limits.set(sender, window)
    }
    return ++window.count <= this.#options.maxSignalsPerSecond
  }

  #error(error) {
    const { address, code } = error
    if (address === undefined) return false
    const signal = this.#sent.get(address)
    if (signal === undefined) return this.patterns.includes(address)
    if (code === 404 && address.startsWith(TO_SESSION)) this.#receiver.gone(signal.peer)
    if (signal.correlationId !== null) {
      const reason = code === 404 ? 'peer-gone' : 'signal-refused'
      this.#receiver.refused(signal.peer, signal.correlationId, {
        code: reason,
        message: `the router refuses a signal: ${code} ${error.message}`
      })
    }
    return true
  }
}

function isId(text) {
  return typeof text === 'string' && text !== '' && text.length <= MAX_ID
}

function isOptionalId(text) {
  return text === undefined || isId(text)
}

function isSignal(value) {
  if (!isId(value.correlation_id)) return false
  switch (value.type) {
    case 'offer':
    case 'answer':
      return typeof value.sdp === 'string'
    case 'ice_candidate':
      return typeof value.candidate === 'string' && value.candidate.length <= 4_096
    case 'connected':
      return true
    case 'disconnected':
      return value.reason === undefined || typeof value.reason === 'string'
  }
  return false
}

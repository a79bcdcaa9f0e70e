import { MalformedError, UnreachableError } from './errors.js'
import { decodeFrame, encodeFrame } from './wire/frames.js'

const SUBPROTOCOL = 'clasp'
const UNAUTHORIZED = new Set([300, 302])
const OPEN = 1

/**
 * The session with a router: one WebSocket after the other. What is sent waits in a bounded queue
 * while there is none, and leaves no faster than a router takes it.
 *
 * The listener hears `welcomed(session)`, `interrupted(reason)`, `message(message, bytes)`,
 * `writable()`, `malformed()` and `refused(error)`.
 */
export class RouterSession {
  #settings
  #listener
  #clock
  #options
  #socket = null
  #queue = []
  #wasFull = false
  #tokens
  #tokensAt
  #drainTimer = null
  #handshakeTimer = null
  #retryTimer = null
  #beatTimer = null
  #failures = 0
  #closed = false
  #first = null

  /** The id of the session; null while there is none. */
  session = null

  constructor({ url, name, token, WebSocket, clock, random, options }, listener) {
    this.#settings = { url, name, token, WebSocket, random }
    this.#clock = clock
    this.#options = options
    this.#listener = listener
    this.#tokens = this.#burst
    this.#tokensAt = clock.now()
  }

  /** Resolves with the first session, or rejects when that cannot be had. */
  connect() {
    return new Promise((resolve, reject) => {
      this.#first = { resolve, reject }
      this.#open()
    })
  }

  #open() {
    const { url, WebSocket } = this.#settings
    const socket = new WebSocket(url, SUBPROTOCOL)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    socket.onopen = () => socket === this.#socket && this.#hello()
    socket.onmessage = (event) => socket === this.#socket && this.#received(event.data)
    socket.onclose = () => socket === this.#socket && this.#lost('the connection has ended')
    // What is wrong is not told to a page; the end of the connection follows.
    socket.onerror = () => {}
    this.#handshakeTimer = this.#clock.setTimeout(
      () => this.#lost(`no session within ${this.#options.connectTimeout} ms`),
      this.#options.connectTimeout
    )
  }

  #hello() {
    const { name, token } = this.#settings
    const features = ['param', 'event', 'stream', 'gesture', 'timeline']
    this.#socket.send(encodeFrame({ type: 'HELLO', version: 1, features, name, token }))
  }

  #received(data) {
    if (!(data instanceof ArrayBuffer)) {
      this.#listener.malformed()
      return
    }
    const bytes = new Uint8Array(data)
    let message
    try {
      message = decodeFrame(bytes)
    } catch (e) {
      if (!(e instanceof MalformedError)) throw e
      this.#listener.malformed()
      return
    }
    if (message.type === 'WELCOME') {
      this.#welcomed(message.session)
    } else if (message.type === 'ERROR' && this.session === null && UNAUTHORIZED.has(message.code)) {
      this.#refused(message)
    } else if (message.type === 'PING') {
      this.sendNow(encodeFrame({ type: 'PONG' }))
    } else if (!this.#isEcho(message)) {
      this.#listener.message(message, bytes)
    }
  }

  #welcomed(session) {
    this.#clock.clearTimeout(this.#handshakeTimer)
    this.session = session
    this.#failures = 0
    this.#listener.welcomed(session)
    this.#scheduleBeat()
    this.#drain()
    this.#first?.resolve(session)
    this.#first = null
  }

  #refused(error) {
    const reason = `the router refuses the session: ${error.code} ${error.message}`
    this.#first?.reject(new UnreachableError(reason))
    this.#first = null
    this.close()
    this.#listener.refused(error)
  }

  #lost(reason) {
    this.#drop()
    if (this.#closed) return
    if (this.#first !== null) {
      const { reject } = this.#first
      this.#first = null
      this.close()
      reject(new UnreachableError(`${this.#settings.url}: ${reason}`))
      return
    }
    const { retryMin, retryMax } = this.#options
    const pause = Math.min(retryMax, retryMin * 2 ** this.#failures++)
    this.#retryTimer = this.#clock.setTimeout(
      () => this.#open(),
      pause * (0.5 + this.#settings.random() / 2)
    )
    this.#listener.interrupted(reason)
  }

  #drop() {
    this.#clock.clearTimeout(this.#handshakeTimer)
    this.#clock.clearTimeout(this.#drainTimer)
    this.#clock.clearTimeout(this.#beatTimer)
    this.#drainTimer = null
    this.session = null
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  // ---- Keeping alive: a router forgets a session that receives nothing, without a word

  #scheduleBeat() {
    this.#clock.clearTimeout(this.#beatTimer)
    this.#beatTimer = this.#clock.setTimeout(() => {
      const value = { type: 'keepalive', from: this.session }
      this.send(encodeFrame({ type: 'PUBLISH', address: this.#ownAddress, value }))
      this.#beatTimer = this.#clock.setTimeout(
        () => this.#lost('the router has forgotten the session'),
        this.#options.connectTimeout
      )
    }, this.#options.keepAliveInterval)
  }

  get #ownAddress() {
    return `/clasp/p2p/signal/${this.session}`
  }

  #isEcho(message) {
    const echo =
      message.type === 'PUBLISH' &&
      message.address === this.#ownAddress &&
      message.value?.type === 'keepalive'
    if (echo) this.#scheduleBeat()
    return echo
  }

  // ---- Sending

  /** Sends, or lets wait; false when too much waits. */
  send(bytes) {
    if (this.#closed) return false
    if (this.#queue.length >= this.#options.routerQueue) {
      this.#wasFull = true
      return false
    }
    this.#queue.push(bytes)
    this.#drain()
    return true
  }

  /** Sends in this session or not at all. */
  sendNow(bytes) {
    return this.session !== null && this.send(bytes)
  }

  /** A tenth of a second's worth may go at once. */
  get #burst() {
    return Math.max(1, this.#options.messagesPerSecond / 10)
  }

  #drain() {
    if (this.session === null || this.#drainTimer !== null) return
    const now = this.#clock.now()
    const rate = this.#options.messagesPerSecond / 1_000
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#tokensAt) * rate)
    this.#tokensAt = now
    let sent = 0
    while (sent < this.#queue.length && this.#tokens >= 1 && this.#socket.readyState === OPEN) {
      this.#tokens--
      this.#socket.send(this.#queue[sent++])
    }
    this.#queue.splice(0, sent)
    if (this.#queue.length > 0) {
      this.#drainTimer = this.#clock.setTimeout(() => {
        this.#drainTimer = null
        this.#drain()
      }, Math.max(1, 1 / rate))
    }
    if (this.#wasFull && this.#queue.length <= this.#options.routerQueue / 2) {
      this.#wasFull = false
      this.#listener.writable()
    }
  }

  close() {
    this.#closed = true
    this.#clock.clearTimeout(this.#retryTimer)
    if (this.session !== null && this.#socket?.readyState === OPEN) {
      for (const bytes of this.#queue) this.#socket.send(bytes)
    }
    this.#queue = []
    this.#drop()
  }
}

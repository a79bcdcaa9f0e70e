import { MalformedError } from './errors.js'
import { LINK_KEY, LINK_VERSION } from './signalling.js'

export const RELIABLE = 'clasp-reliable'
export const UNRELIABLE = 'clasp'

/** RFC 8841: a description without the attribute stands for this. */
const DEFAULT_MAX_MESSAGE = 65_536

/** How the reason of a `disconnected` begins when the link has broken, and was not put away. */
const BROKEN = 'broken: '
const BREAKS = new Set(['silent', 'ice-failed', 'channel-closed', 'connection-lost'])

/** A data channel with what the peer link needs of one. */
class Channel {
  #rtc
  #maxBuffered

  constructor(rtc, maxBuffered, maxMessageSize) {
    this.#rtc = rtc
    this.#maxBuffered = maxBuffered
    this.maxMessageSize = maxMessageSize
    rtc.binaryType = 'arraybuffer'
    rtc.bufferedAmountLowThreshold = Math.min(64 << 10, maxBuffered / 2)
  }

  get isOpen() {
    return this.#rtc.readyState === 'open'
  }

  /** Whether what is sent now would leave soon. */
  isIdle() {
    return this.isOpen && this.#rtc.bufferedAmount <= this.#rtc.bufferedAmountLowThreshold
  }

  /** False when it is not open or has no room. */
  send(bytes) {
    const { readyState, bufferedAmount } = this.#rtc
    if (readyState !== 'open' || bufferedAmount + bytes.length > this.#maxBuffered) return false
    if (bytes.length > this.maxMessageSize) return false
    try {
      this.#rtc.send(bytes)
      return true
    } catch {
      // It has closed or filled up meanwhile; what was to be sent is kept by the caller.
      return false
    }
  }
}

/**
 * One attempt to link, and the link if it succeeds: a peer connection with a reliable and an
 * unreliable channel.
 *
 * The host hears `emit(attempt, signal)`, `opened(attempt)`, `message(attempt, bytes)`,
 * `frame(attempt, bytes)`, `drained(attempt)`, `connectivity(attempt, connected)`,
 * `dataChannel(attempt, channel)`, `numbers(value)` and `ended(attempt, reason)`.
 */
export class Attempt {
  #connection
  #host
  #clock
  #options
  #early = []
  #late = []
  #remoteCandidates = 0
  #described = false
  #remoteDescribed = false
  #timer
  #gathered = null
  #steps = Promise.resolve()
  #ended = false
  #peerHasEnded = false
  #restarting = false

  reliable = null
  unreliable = null
  isOpen = false

  /** Whether the peer has said anything in this attempt. */
  isHeard = false

  /** Whether the peer has said that it numbers frames, as we do. */
  isNumbering = false

  constructor(role, correlationId, { RTCPeerConnection, rtcConfig, clock, options }, host) {
    this.role = role
    this.correlationId = correlationId
    this.#host = host
    this.#clock = clock
    this.#options = options
    this.#connection = new RTCPeerConnection(rtcConfig)
    this.#observe()
    this.#timer = clock.setTimeout(
      () => this.end({ code: 'connect-timeout', message: `no link within ${options.connectTimeout} ms` }),
      options.connectTimeout
    )
  }

  /** The platform's connection, for custom channels and statistics. */
  get connection() {
    return this.#connection
  }

  #observe() {
    const connection = this.#connection
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === '') this.#gathered?.()
      else this.#candidate(candidate)
    }
    connection.onicegatheringstatechange = () => {
      if (connection.iceGatheringState === 'complete') this.#gathered?.()
    }
    connection.oniceconnectionstatechange = () => {
      switch (connection.iceConnectionState) {
        case 'connected':
        case 'completed':
          this.#host.connectivity(this, true)
          break
        case 'disconnected':
          this.#host.connectivity(this, false)
          break
        case 'failed':
          this.end({ code: 'ice-failed', message: 'no packets get through between the peers' })
      }
    }
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'failed') {
        this.end({ code: 'dtls-failed', message: 'the encrypted connection failed' })
      }
    }
    connection.ondatachannel = ({ channel }) => {
      if (channel.label === RELIABLE && this.reliable === null) this.#adopt(channel, true)
      else if (channel.label === UNRELIABLE && this.unreliable === null) this.#adopt(channel, false)
      else this.#host.dataChannel(this, channel)
    }
  }

  /** Steps of the negotiation run one after the other; one that fails ends the attempt. */
  #step(step) {
    this.#steps = this.#steps.then(async () => {
      if (this.#ended) return
      try {
        await step(this.#connection)
      } catch (e) {
        this.end({ code: 'negotiation-failed', message: `WebRTC refused a step: ${e.message}` })
      }
    })
  }

  // ---- Describing

  offer() {
    this.#step(async (connection) => {
      // The order of native CLASP peers.
      this.#adopt(connection.createDataChannel(UNRELIABLE, { ordered: false, maxRetransmits: 0 }), false)
      this.#adopt(connection.createDataChannel(RELIABLE), true)
      await this.#describe('offer', await connection.createOffer())
    })
  }

  /** Asks for other ways through the network, on the same connection. */
  restartIce() {
    if (this.#restarting) return
    this.#restarting = true
    this.#step(async (connection) => {
      this.#described = false
      await this.#describe('offer', await connection.createOffer({ iceRestart: true }))
    })
  }

  async #describe(type, description) {
    const gathered = new Promise((resolve) => {
      this.#gathered = resolve
    })
    await this.#connection.setLocalDescription(description)
    if (this.#connection.iceGatheringState !== 'complete') {
      const timer = this.#clock.setTimeout(this.#gathered, this.#options.gatheringTimeout)
      await gathered
      this.#clock.clearTimeout(timer)
    }
    if (this.#ended) return
    this.#described = true
    this.#late = []
    const { sdp } = this.#connection.localDescription
    this.#emit({ type, sdp, [LINK_KEY]: LINK_VERSION })
  }

  #emit(signal) {
    this.#host.emit(this, { ...signal, correlation_id: this.correlationId })
  }

  #candidate(candidate) {
    // Before that it is part of the description.
    if (!this.#described) return
    const signal = { type: 'ice_candidate', candidate: JSON.stringify(candidate) }
    // Native peers handle signals at the same time, and would lose one that overtakes an offer.
    if (this.role === 'offerer' && !this.#remoteDescribed) this.#late.push(signal)
    else this.#emit(signal)
  }

  // ---- Signals of the peer

  signal(signal) {
    this.isHeard = true
    switch (signal.type) {
      case 'offer':
        this.#readExtension(signal)
        this.#step(async (connection) => {
          this.#described = false
          await this.#describeRemote({ type: 'offer', sdp: signal.sdp })
          await this.#describe('answer', await connection.createAnswer())
        })
        break
      case 'answer':
        this.#readExtension(signal)
        this.#step(async (connection) => {
          if (connection.signalingState !== 'have-local-offer') return
          await this.#describeRemote({ type: 'answer', sdp: signal.sdp })
          this.#restarting = false
          for (const late of this.#late.splice(0)) this.#emit(late)
        })
        break
      case 'ice_candidate':
        this.#remoteCandidate(signal.candidate)
        break
      case 'disconnected':
        this.#peerHasEnded = true
        this.end(whyEnded(signal.reason))
    }
  }

  #readExtension(signal) {
    this.isNumbering = signal[LINK_KEY] === LINK_VERSION
    this.#host.numbers(this.isNumbering)
  }

  async #describeRemote(description) {
    await this.#connection.setRemoteDescription(description)
    this.#remoteDescribed = true
    const size = Number(/^a=max-message-size:(\d+)/m.exec(description.sdp)?.[1] ?? DEFAULT_MAX_MESSAGE)
    for (const channel of [this.reliable, this.unreliable]) {
      if (channel !== null) channel.maxMessageSize = this.#maxMessage(size)
    }
    for (const candidate of this.#early.splice(0)) await this.#addCandidate(candidate)
  }

  #maxMessage(remote) {
    // Zero stands for no limit. Beyond 256 KiB implementations differ.
    return Math.min(remote || Infinity, 262_144)
  }

  #remoteCandidate(text) {
    if (++this.#remoteCandidates > this.#options.maxRemoteCandidates) return
    let candidate
    try {
      candidate = readCandidate(text)
    } catch (e) {
      if (!(e instanceof MalformedError)) throw e
      this.#host.dropped()
      return
    }
    if (candidate === null) return
    if (this.#remoteDescribed) this.#step(() => this.#addCandidate(candidate))
    else this.#early.push(candidate)
  }

  async #addCandidate(candidate) {
    try {
      await this.#connection.addIceCandidate(candidate)
    } catch {
      // One that cannot be used must not end the attempt.
      this.#host.dropped()
    }
  }

  // ---- Channels

  #adopt(rtc, reliable) {
    const remote = this.#connection.sctp?.maxMessageSize
    const channel = new Channel(rtc, this.#options.sendBufferBytes, this.#maxMessage(remote ?? DEFAULT_MAX_MESSAGE))
    if (reliable) this.reliable = channel
    else this.unreliable = channel
    rtc.onmessage = ({ data }) => {
      if (this.#ended) return
      if (data instanceof ArrayBuffer) this.#host.message(this, new Uint8Array(data), reliable)
      else this.#host.dropped()
    }
    if (!reliable) return
    rtc.onopen = () => this.#opened()
    rtc.onclose = () => this.end({ code: 'channel-closed', message: 'the data channel has closed' })
    rtc.onbufferedamountlow = () => !this.#ended && this.#host.drained(this)
    if (rtc.readyState === 'open') this.#opened()
  }

  #opened() {
    if (this.#ended || this.isOpen) return
    this.isOpen = true
    this.#clock.clearTimeout(this.#timer)
    this.#emit({ type: 'connected' })
    this.#host.opened(this)
  }

  /** Ends it; the peer is told unless it has told us. */
  end(reason) {
    if (this.#ended) return
    this.#ended = true
    this.#clock.clearTimeout(this.#timer)
    this.#gathered?.()
    if (!this.#peerHasEnded) {
      const text = BREAKS.has(reason.code) ? BROKEN + reason.message : reason.message
      this.#emit({ type: 'disconnected', reason: text })
    }
    this.#connection.close()
    this.#host.ended(this, reason)
  }
}

/** A link that the peer has given up may be tried again; one that it has put away may not. */
function whyEnded(reason) {
  return reason?.startsWith(BROKEN)
    ? { code: 'connection-lost', message: `the peer has given the link up: ${reason}` }
    : { code: 'remote-close', message: reason ?? 'the peer has ended the link' }
}

/** Candidates of native peers have an empty `sdpMid`, or lack the prefix; null ends them. */
function readCandidate(text) {
  let json
  try {
    json = JSON.parse(text)
  } catch (e) {
    throw new MalformedError('a candidate is no JSON', { cause: e })
  }
  const line = json?.candidate
  if (typeof line !== 'string') throw new MalformedError('a candidate without one')
  if (line === '') return null
  return {
    candidate: line.startsWith('candidate:') ? line : `candidate:${line}`,
    sdpMid: json.sdpMid || '0',
    sdpMLineIndex: json.sdpMLineIndex ?? 0
  }
}

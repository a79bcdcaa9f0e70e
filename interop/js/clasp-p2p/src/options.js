import { InvalidArgumentError } from './errors.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Each option: its default, and the range that it must be in. Times are milliseconds. */
const RANGES = {
  /** How long an attempt to link, or a handshake with the router, may take. */
  connectTimeout: [10 * SECOND, 100, 5 * MINUTE],
  /** How long a doubtful channel is kept, for it may heal. */
  disconnectGrace: [5 * SECOND, 100, 5 * MINUTE],
  /** When ICE is restarted on a doubtful channel. */
  iceRestartDelay: [1 * SECOND, 100, 5 * MINUTE],
  /** How long a description waits for candidates; later ones follow it. */
  gatheringTimeout: [500, 0, 30 * SECOND],
  /** How long `close` waits for acknowledgements. */
  drainTimeout: [2 * SECOND, 0, MINUTE],
  /** How long a `get` waits. */
  getTimeout: [5 * SECOND, 100, 5 * MINUTE],
  /** How often the session with the router is kept alive. */
  keepAliveInterval: [MINUTE, SECOND, 4 * MINUTE],
  /** Pause before the router or a peer is tried again; doubles up to `retryMax`. */
  retryMin: [500, 10, MINUTE],
  retryMax: [30 * SECOND, 10, 60 * MINUTE],
  /** How fast messages go to the router, which drops more than 1 000 a second. */
  messagesPerSecond: [900, 1, 1_000_000],
  /** Messages that wait for the router. */
  routerQueue: [4_096, 1, 1_000_000],
  /** Share of that rate for plain copies of what goes in envelopes, in percent. */
  copiesPercent: [40, 0, 90],
  /** Bytes that may wait in a data channel. */
  sendBufferBytes: [1 << 20, 1 << 10, 64 << 20],
  maxPeers: [64, 1, 10_000],
  maxKnownPeers: [1_024, 1, 100_000],
  maxSignalsPerSecond: [50, 1, 10_000],
  maxRemoteCandidates: [64, 1, 10_000],
  /** Values that are remembered for `get` and for subscriptions that come later. */
  cachedValues: [4_096, 0, 1_000_000],

  // Of the peer link; see docs/peer-link.md.
  windowFrames: [32_768, 16, 1 << 20],
  windowBytes: [4 << 20, 1 << 17, 1 << 30],
  batchBytes: [16 << 10, 1 << 10, 256 << 10],
  acknowledgeDelay: [5, 1, 100],
  silenceTimeout: [450, 50, MINUTE],
  heartbeatInterval: [SECOND, 100, MINUTE],
  helloInterval: [SECOND, 100, MINUTE],
  relayedInFlight: [4, 1, 64],
  relayTimeout: [1_500, 100, MINUTE],
  barrierTimeout: [10 * SECOND, 0, MINUTE],
  lifetime: [MINUTE, SECOND, 60 * MINUTE],
  stabilityMin: [250, 0, MINUTE],
  stabilityMax: [30 * SECOND, 0, 60 * MINUTE]
}

/** Completes options with defaults, and refuses unknown ones and what is out of range. */
export function completeOptions(given = {}) {
  const options = {}
  for (const name of Object.keys(given)) {
    if (!(name in RANGES)) throw new InvalidArgumentError(`there is no option ${name}`)
  }
  for (const [name, [preset, min, max]] of Object.entries(RANGES)) {
    const value = given[name] ?? preset
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`${name} must be a whole number from ${min} to ${max}: ${value}`)
    }
    options[name] = value
  }
  options.stability = { min: options.stabilityMin, max: options.stabilityMax }
  return Object.freeze(options)
}

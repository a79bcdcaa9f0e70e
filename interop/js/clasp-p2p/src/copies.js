import { decodeFrame, encodeFrame } from './wire/frames.js'

const MAX_COPIES = 16_384
const MAX_BYTES = 16 << 20
const EXPIRY = 10_000

/**
 * Plain copies of frames that came in an envelope, which the peer sends for others, and which the
 * router brings us too: they are recognised by their content, and dropped. Bounded in count, bytes
 * and time.
 */
export class ExpectedCopies {
  #clock
  #counts = new Map()
  #byAge = []
  #bytes = 0

  constructor(clock) {
    this.#clock = clock
  }

  expect(frame) {
    this.#forgetOld()
    const content = contentOf(decodeFrame(frame))
    if (content === null) return
    this.#counts.set(content, (this.#counts.get(content) ?? 0) + 1)
    this.#byAge.push({ content, size: frame.length, at: this.#clock.now() })
    this.#bytes += frame.length
  }

  isCopy(message) {
    if (this.#counts.size === 0) return false
    this.#forgetOld()
    const content = contentOf(message)
    if (content === null || !this.#counts.has(content)) return false
    this.#remove(content)
    const at = this.#byAge.findIndex((expected) => expected.content === content)
    this.#bytes -= this.#byAge[at].size
    this.#byAge.splice(at, 1)
    return true
  }

  #remove(content) {
    const left = this.#counts.get(content) - 1
    if (left > 0) this.#counts.set(content, left)
    else this.#counts.delete(content)
  }

  #forgetOld() {
    const now = this.#clock.now()
    while (
      this.#byAge.length > 0 &&
      (this.#byAge.length > MAX_COPIES ||
        this.#bytes > MAX_BYTES ||
        now - this.#byAge[0].at >= EXPIRY)
    ) {
      const oldest = this.#byAge.shift()
      this.#bytes -= oldest.size
      this.#remove(oldest.content)
    }
  }
}

/** The content that a copy has too: a router adds a revision, and orders the entries of maps anew. */
function contentOf(message) {
  if (message.type !== 'SET' && message.type !== 'PUBLISH') return null
  const { revision, ...content } = message
  return encodeFrame({ ...content, value: sorted(content.value) }).join()
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value
  return new Map(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
}

/** How many copies may be sent: a share of the router's rate, and never more than 400 a second. */
export class CopyBudget {
  #clock
  #rate
  #burst
  #left
  #at

  constructor(clock, { messagesPerSecond, copiesPercent }) {
    this.#clock = clock
    this.#rate = Math.min((messagesPerSecond * copiesPercent) / 100, 400)
    this.#burst = Math.max(1, this.#rate / 10)
    this.#left = this.#burst
    this.#at = clock.now()
  }

  take() {
    const now = this.#clock.now()
    this.#left = Math.min(this.#burst, this.#left + (this.#rate * (now - this.#at)) / 1_000)
    this.#at = now
    if (this.#rate === 0 || this.#left < 1) return false
    this.#left--
    return true
  }
}

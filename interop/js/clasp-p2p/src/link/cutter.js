import { DATA_BYTES, PART_BYTES } from './codec.js'
import { BARRIER } from './windows.js'

/**
 * Cuts the frames of the window into messages, from a cursor that each change of path sets back to
 * the oldest frame that is not acknowledged.
 */
export class Cutter {
  #window
  #offset = 0
  #cut = null
  cursor = 0

  /** Everything below has been sent at least once. */
  sentBelow = 0

  constructor(window) {
    this.#window = window
  }

  /** Everything that is not acknowledged is sent again. */
  rewind() {
    this.cursor = this.#window.first
    this.#offset = 0
  }

  hasMore() {
    if (this.cursor < this.#window.first) this.rewind()
    return this.cursor < this.#window.next
  }

  isAtBarrier() {
    return this.#window.get(this.cursor) === BARRIER
  }

  /** Leaves a barrier out that travels another way. */
  skipBarrier() {
    this.cursor++
  }

  /**
   * Cuts the next message, without moving on; there must be more.
   *
   * @param header what it begins with
   * @param batchBytes how long a message with several frames may be
   * @param maxBytes how long any message may be
   */
  cut(header, batchBytes, maxBytes) {
    const window = this.#window
    const first = this.cursor
    let frame = window.get(first)
    if (frame === BARRIER) {
      this.#cut = { next: first + 1, offset: 0 }
      return { ...header, type: 'barrier', number: first }
    }
    if (DATA_BYTES + frame.length > maxBytes) return this.#part(header, frame, maxBytes)
    const copied = window.isCopied(first)
    const frames = []
    let size = DATA_BYTES
    let number = first
    do {
      frames.push(frame)
      size += frame.length
      frame = window.get(++number)
    } while (
      frame !== undefined &&
      frame !== BARRIER &&
      size + frame.length <= Math.min(batchBytes, maxBytes) &&
      window.isCopied(number) === copied
    )
    this.#cut = { next: number, offset: 0 }
    return { ...header, type: 'data', first, copied, frames }
  }

  #part(header, frame, maxBytes) {
    const offset = this.#offset
    const end = Math.min(frame.length, offset + maxBytes - PART_BYTES)
    const last = end === frame.length
    this.#cut = { next: last ? this.cursor + 1 : this.cursor, offset: last ? 0 : end }
    const bytes = frame.subarray(offset, end)
    return { ...header, type: 'part', number: this.cursor, offset, total: frame.length, bytes }
  }

  /** The message that was cut last has been sent. */
  sent() {
    this.cursor = this.#cut.next
    this.#offset = this.#cut.offset
    this.sentTo(this.cursor)
  }

  /** Everything below a number has been sent, if by another way. */
  sentTo(below) {
    this.sentBelow = Math.max(this.sentBelow, below)
  }

  /** Forgets frames that may or may not have arrived; returns how many. */
  forgetSent() {
    const forgotten = this.#window.countFrames(this.sentBelow)
    this.#window.trim(this.sentBelow)
    this.rewind()
    return forgotten
  }
}

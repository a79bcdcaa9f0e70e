/** Stands in a window where a barrier has the number: nothing to deliver. */
export const BARRIER = Symbol('barrier')

/**
 * Numbered frames that the peer has not acknowledged, bounded in count and bytes. Only the peer's
 * acknowledgement trims it.
 */
export class SendWindow {
  #frames = new Map()
  #copied = new Set()
  #maxFrames
  #maxBytes
  #peerFrames = Infinity
  #peerBytes = Infinity
  bytes = 0

  /** Number of the oldest frame that is not acknowledged. */
  first = 0

  /** Number that the next frame gets. */
  next = 0

  constructor(maxFrames, maxBytes) {
    this.#maxFrames = maxFrames
    this.#maxBytes = maxBytes
  }

  /** What the peer keeps out of order; more is not on its way at once. */
  peerKeeps(frames, bytes) {
    this.#peerFrames = frames
    this.#peerBytes = bytes
  }

  isEmpty() {
    return this.first === this.next
  }

  get size() {
    return this.next - this.first
  }

  /** Whether a frame fits. An empty window takes any. */
  hasRoom(size) {
    return (
      this.isEmpty() ||
      (this.size < Math.min(this.#maxFrames, this.#peerFrames) &&
        this.bytes + size <= Math.min(this.#maxBytes, this.#peerBytes))
    )
  }

  /** Whether there is room for a good deal more, so that senders who wait should come back. */
  isRoomy() {
    return (
      this.size <= Math.min(this.#maxFrames, this.#peerFrames) / 2 &&
      this.bytes <= Math.min(this.#maxBytes, this.#peerBytes) / 2
    )
  }

  add(frame) {
    this.#frames.set(this.next++, frame)
    this.bytes += frame.length
  }

  addBarrier() {
    this.#frames.set(this.next++, BARRIER)
  }

  get(number) {
    return this.#frames.get(number)
  }

  isCopied(number) {
    return this.#copied.has(number)
  }

  /** From now on each transmission says that a plain copy follows. */
  markCopied(number) {
    this.#copied.add(number)
  }

  /** How many frames there are below a number, without the barriers. */
  countFrames(below) {
    let count = 0
    for (let number = this.first; number < Math.min(below, this.next); number++) {
      if (this.get(number) !== BARRIER) count++
    }
    return count
  }

  /** Forgets what lies below a number. */
  trim(below) {
    for (const until = Math.min(below, this.next); this.first < until; this.first++) {
      const frame = this.get(this.first)
      this.#frames.delete(this.first)
      this.#copied.delete(this.first)
      if (frame !== BARRIER) this.bytes -= frame.length
    }
  }
}

/**
 * Puts numbered frames, which may come twice and out of order, into order: each is delivered once.
 * What comes early is kept, bounded in count and bytes.
 */
export class ReceiveWindow {
  #maxFrames
  #maxBytes
  #early = new Map()
  #bytes = 0
  #part = null

  /** The number that is expected next. */
  expected = 0

  constructor(maxFrames, maxBytes) {
    this.#maxFrames = maxFrames
    this.#maxBytes = maxBytes
  }

  /**
   * Takes a frame, or a barrier.
   *
   * @param deliver called for each frame whose turn has come, in order
   * @return 'delivered', 'kept', 'repeated', or 'refused' for want of room
   */
  take(number, frame, deliver) {
    if (number < this.expected || this.#early.has(number)) return 'repeated'
    if (number > this.expected) {
      const size = frame === BARRIER ? 0 : frame.length
      if (
        number - this.expected > this.#maxFrames ||
        this.#early.size >= this.#maxFrames ||
        this.#bytes + size > this.#maxBytes
      ) {
        return 'refused'
      }
      // A copy, for the frame may be a small part of a large message.
      this.#early.set(number, frame === BARRIER ? frame : frame.slice())
      this.#bytes += size
      return 'kept'
    }
    // Counted first: what throws when it is delivered is not repeated.
    this.expected++
    if (frame !== BARRIER) deliver(frame)
    this.#deliverEarly(deliver)
    return 'delivered'
  }

  #deliverEarly(deliver) {
    for (;;) {
      const frame = this.#early.get(this.expected)
      if (frame === undefined) return
      this.#release(frame)
      if (frame !== BARRIER) deliver(frame)
    }
  }

  #release(frame) {
    this.#early.delete(this.expected++)
    if (frame !== BARRIER) this.#bytes -= frame.length
  }

  /** Takes a part of a frame; returns the frame's bytes when it is whole, otherwise null. */
  join(part) {
    if (part.number < this.expected) return null
    if (part.offset === 0) {
      this.#part = { number: part.number, bytes: new Uint8Array(part.total), end: 0 }
    }
    const joined = this.#part
    if (
      joined === null ||
      joined.number !== part.number ||
      joined.end !== part.offset ||
      joined.bytes.length !== part.total
    ) {
      return null
    }
    joined.bytes.set(part.bytes, joined.end)
    joined.end += part.bytes.length
    if (joined.end < joined.bytes.length) return null
    this.#part = null
    return joined.bytes
  }

  /**
   * The peer's oldest number is this; what lies before it will never come.
   *
   * @return how many are missing for ever
   */
  skipTo(first, deliver) {
    let missing = 0
    while (this.expected < first) {
      const frame = this.#early.get(this.expected)
      if (frame !== undefined) {
        this.#release(frame)
        if (frame !== BARRIER) deliver(frame)
      } else if (this.#early.size === 0) {
        missing += first - this.expected
        this.expected = first
      } else {
        missing++
        this.expected++
      }
    }
    this.#deliverEarly(deliver)
    return missing
  }

  /** Another life of the peer begins, whose first number this is. */
  restart(first) {
    this.#early.clear()
    this.#bytes = 0
    this.#part = null
    this.expected = first
  }
}

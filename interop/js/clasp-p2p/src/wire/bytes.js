import { MalformedError, TooLargeError } from '../errors.js'

const encoder = new TextEncoder()
// A byte order mark is text like any other, and what is no UTF-8 is an error.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Writes numbers, big-endian, and texts into a buffer that grows. */
export class Writer {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  #need(size) {
    const end = this.#at + size
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, this.#at))
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    const at = this.#at
    this.#at = end
    return at
  }

  get size() {
    return this.#at
  }

  u8(number) {
    const at = this.#need(1)
    this.#view.setUint8(at, number)
    return this
  }

  u16(number, what) {
    if (number > 0xffff) {
      throw new TooLargeError(`${what} has a size of ${number}, more than 65535`)
    }
    const at = this.#need(2)
    this.#view.setUint16(at, number)
    return this
  }

  u32(number) {
    const at = this.#need(4)
    this.#view.setUint32(at, number)
    return this
  }

  u64(number) {
    const at = this.#need(8)
    this.#view.setBigUint64(at, BigInt.asUintN(64, BigInt(number)))
    return this
  }

  f64(number) {
    const at = this.#need(8)
    this.#view.setFloat64(at, number)
    return this
  }

  text(text, what) {
    const bytes = encoder.encode(text)
    return this.u16(bytes.length, what).raw(bytes)
  }

  raw(bytes) {
    const at = this.#need(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** Returns what was written; the writer must not be used afterwards. */
  done() {
    return this.#bytes.subarray(0, this.#at)
  }
}

/** Reads what a {@link Writer} writes, and never beyond its end. */
export class Reader {
  #bytes
  #view
  #at = 0

  constructor(bytes) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left() {
    return this.#bytes.length - this.#at
  }

  #take(size) {
    if (size > this.left) {
      throw new MalformedError(`cut off: ${size} bytes are needed and ${this.left} left`)
    }
    const at = this.#at
    this.#at += size
    return at
  }

  u8() {
    return this.#view.getUint8(this.#take(1))
  }

  i8() {
    return this.#view.getInt8(this.#take(1))
  }

  u16() {
    return this.#view.getUint16(this.#take(2))
  }

  i16() {
    return this.#view.getInt16(this.#take(2))
  }

  u32() {
    return this.#view.getUint32(this.#take(4))
  }

  i32() {
    return this.#view.getInt32(this.#take(4))
  }

  u64() {
    return this.#view.getBigUint64(this.#take(8))
  }

  i64() {
    return this.#view.getBigInt64(this.#take(8))
  }

  f32() {
    return this.#view.getFloat32(this.#take(4))
  }

  f64() {
    return this.#view.getFloat64(this.#take(8))
  }

  text() {
    const bytes = this.raw(this.u16())
    try {
      return decoder.decode(bytes)
    } catch (e) {
      throw new MalformedError('a text is no UTF-8', { cause: e })
    }
  }

  /** A view, not a copy. */
  raw(size) {
    const at = this.#take(size)
    return this.#bytes.subarray(at, at + size)
  }
}

import { InvalidArgumentError, MalformedError } from '../errors.js'

const NULL = 0x00
const BOOL = 0x01
const INT8 = 0x02
const INT16 = 0x03
const INT32 = 0x04
const INT64 = 0x05
const FLOAT32 = 0x06
const FLOAT64 = 0x07
const TEXT = 0x08
const BYTES = 0x09
const ARRAY = 0x0a
const MAP = 0x0b

/** A router may abort on a value that is nested deeper than its stack. */
const MAX_DEPTH = 64

/**
 * The type code of a value. A `number` is always a float, as in `@clasp-to/core`; a `bigint` is a
 * 64-bit integer.
 */
export function codeOf(value, what) {
  if (value === null) return NULL
  switch (typeof value) {
    case 'boolean':
      return BOOL
    case 'number':
      return FLOAT64
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) {
        throw new InvalidArgumentError(`${what} does not fit into 64 bits: ${value}`)
      }
      return INT64
    case 'string':
      if (!isWellFormed(value)) {
        throw new InvalidArgumentError(`${what} has an unpaired surrogate, which has no UTF-8 form`)
      }
      return TEXT
    case 'object':
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return BYTES
      if (Array.isArray(value)) return ARRAY
      if (value instanceof Map || isPlain(value)) return MAP
  }
  throw new InvalidArgumentError(`${what} is a ${typeName(value)}, which CLASP has no form for`)
}

export function isWellFormed(text) {
  return !/\p{Surrogate}/u.test(text)
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value)
  // Plain objects of another realm, such as a frame's, have another Object.prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function typeName(value) {
  return typeof value === 'object' ? value.constructor?.name ?? 'object' : typeof value
}

export function writeTyped(out, value, what, depth = 0) {
  const code = codeOf(value, what)
  out.u8(code)
  writeData(out, code, value, what, depth)
}

export function writeData(out, code, value, what, depth = 0) {
  if (depth >= MAX_DEPTH && (code === ARRAY || code === MAP)) {
    throw new InvalidArgumentError(`${what} is nested deeper than ${MAX_DEPTH} levels`)
  }
  switch (code) {
    case BOOL:
      out.u8(value ? 1 : 0)
      break
    case INT64:
      out.u64(value)
      break
    case FLOAT64:
      out.f64(value)
      break
    case TEXT:
      out.text(value, what)
      break
    case BYTES: {
      const bytes = asBytes(value)
      out.u16(bytes.length, what).raw(bytes)
      break
    }
    case ARRAY:
      out.u16(value.length, what)
      for (let i = 0; i < value.length; i++) {
        writeTyped(out, value[i], `${what}[${i}]`, depth + 1)
      }
      break
    case MAP: {
      const entries = value instanceof Map ? [...value] : Object.entries(value)
      out.u16(entries.length, what)
      for (const [key, entry] of entries) {
        if (codeOf(key, `a key of ${what}`) !== TEXT) {
          throw new InvalidArgumentError(`a key of ${what} is no text`)
        }
        out.text(key, what)
        writeTyped(out, entry, `${what}.${key}`, depth + 1)
      }
    }
  }
}

function asBytes(value) {
  return value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

export function readTyped(from, depth = 0) {
  return readData(from, from.u8(), depth)
}

/**
 * Reads a value. An integer is a `number` where that is exact, otherwise a `bigint`; maps are
 * objects without a prototype, so that no key has a meaning of its own.
 */
export function readData(from, code, depth = 0) {
  if (depth >= MAX_DEPTH && (code === ARRAY || code === MAP)) {
    throw new MalformedError(`a value is nested deeper than ${MAX_DEPTH} levels`)
  }
  switch (code) {
    case NULL:
      return null
    case BOOL:
      return from.u8() !== 0
    case INT8:
      return from.i8()
    case INT16:
      return from.i16()
    case INT32:
      return from.i32()
    case INT64:
      return narrow(from.i64())
    case FLOAT32:
      return from.f32()
    case FLOAT64:
      return from.f64()
    case TEXT:
      return from.text()
    case BYTES:
      return from.raw(from.u16()).slice()
    case ARRAY: {
      const count = bounded(from, from.u16(), 1)
      const items = []
      for (let i = 0; i < count; i++) items.push(readTyped(from, depth + 1))
      return items
    }
    case MAP: {
      const count = bounded(from, from.u16(), 3)
      const entries = Object.create(null)
      for (let i = 0; i < count; i++) {
        const key = from.text()
        entries[key] = readTyped(from, depth + 1)
      }
      return entries
    }
  }
  throw new MalformedError(`unknown type of value: ${code}`)
}

/** Each item takes some bytes, so no more than that are announced. */
export function bounded(from, count, least) {
  if (count * least > from.left) {
    throw new MalformedError(`${count} items are announced, and ${from.left} bytes left`)
  }
  return count
}

export function narrow(integer) {
  return integer >= Number.MIN_SAFE_INTEGER && integer <= Number.MAX_SAFE_INTEGER
    ? Number(integer)
    : integer
}

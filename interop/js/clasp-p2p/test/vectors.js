import { readFileSync } from 'node:fs'

const ROOT = new URL('../../../../', import.meta.url)

export const CORE = 'clasp-core/src/test/resources/vectors/'
export const TESTKIT = 'clasp-testkit/src/main/resources/to/clasp/testkit/vectors/'

/** The vectors of a file, which the tests of the Java modules read too. */
export function vectors(folder, name) {
  return JSON.parse(readFileSync(new URL(folder + name, ROOT), 'utf8')).vectors
}

export function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

export function toHex(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

/** A value in the notation of the vectors, as this module has it. */
export function valueOf(notation) {
  switch (notation.type) {
    case 'null':
      return null
    case 'i64': {
      const integer = BigInt(notation.value)
      return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer
    }
    case 'f64':
      return Number(notation.value)
    case 'bytes':
      return fromHex(notation.hex)
    case 'array':
      return notation.items.map(valueOf)
    case 'map': {
      const map = Object.create(null)
      for (const [key, value] of notation.entries) map[key] = valueOf(value)
      return map
    }
  }
  return notation.value
}

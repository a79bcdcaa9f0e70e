import { InvalidArgumentError } from '../errors.js'
import { isWellFormed } from './values.js'

/** Checks an address; a router may abort on one that does not begin with an ASCII slash. */
export function requireAddress(address) {
  if (typeof address !== 'string' || address[0] !== '/') {
    throw new InvalidArgumentError(`an address must start with '/': ${address}`)
  }
  if (address.includes('//')) {
    throw new InvalidArgumentError(`an address must not have an empty segment: ${address}`)
  }
  if (!isWellFormed(address)) {
    throw new InvalidArgumentError('an address must not have an unpaired surrogate')
  }
  return address
}

export function isPeerId(id) {
  return typeof id === 'string' && id !== '' && id.length <= 512 && !/[/*]/.test(id)
}

export function requirePeerId(id) {
  if (!isPeerId(id) || !isWellFormed(id)) {
    throw new InvalidArgumentError(`a peer id must not be empty nor contain '/' or '*': ${id}`)
  }
  return id
}

const PEER = '/peer/'

export function peerAddress(id, rest) {
  return PEER + id + rest
}

/** The peer that an address belongs to, or null. */
export function peerOf(address) {
  if (!address.startsWith(PEER)) return null
  const end = address.indexOf('/', PEER.length)
  if (end <= PEER.length) return null
  const id = address.slice(PEER.length, end)
  return id.includes('*') ? null : id
}

/**
 * Compiles a pattern by the rules by which routers deliver: `*` is one segment or a part of one,
 * `**` any number of segments, everything else is itself.
 *
 * @return tells whether an address matches
 */
export function compilePattern(pattern) {
  requireAddress(pattern)
  const segments = pattern.slice(1).split('/').map(segment)
  return (address) => address[0] === '/' && matches(segments, address.slice(1).split('/'))
}

const ANY = Symbol('**')

function segment(text) {
  if (text === '**') return ANY
  if (!text.includes('*')) return text
  const source = text.replace(/\\(.)|[\\^$.*+?()[\]{}|]/gsu, (each, escaped) =>
    each === '*' ? '.*' : literal(escaped ?? each)
  )
  return new RegExp(`^${source}$`, 'su')
}

function literal(character) {
  return /[\\^$.*+?()[\]{}|]/.test(character) ? `\\${character}` : character
}

/** Goes back to the last `**` only, so the time is bounded by the product of both lengths. */
function matches(pattern, address) {
  let p = 0
  let a = 0
  let backP = -1
  let backA = 0
  while (a < address.length) {
    if (p < pattern.length && pattern[p] === ANY) {
      backP = p++
      backA = a
    } else if (p < pattern.length && matchesOne(pattern[p], address[a])) {
      p++
      a++
    } else if (backP >= 0) {
      p = backP + 1
      a = ++backA
    } else {
      return false
    }
  }
  while (p < pattern.length && pattern[p] === ANY) p++
  return p === pattern.length
}

function matchesOne(pattern, text) {
  return typeof pattern === 'string' ? pattern === text : pattern.test(text)
}

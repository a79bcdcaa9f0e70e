import { MalformedError } from '../errors.js'
import { frameSize, MAX_FRAME } from '../wire/frames.js'

// The layout stands in docs/peer-link.md; vectors that both implementations pass stand in the test kit.

const MAGIC = 0x4c
const VERSION = 1
const HEADER = 30

/** What stands before the frames of a data message, and before the bytes of a part. */
export const DATA_BYTES = HEADER + 9
export const PART_BYTES = HEADER + 16

const COPIED = 0x01
const MAX_EPOCH = 1n << 62n

const CODES = { hello: 1, answer: 2, data: 3, part: 4, barrier: 5, ack: 6, ping: 7, bye: 8 }
const TYPES = Object.keys(CODES)

/** Whether bytes are of the link layer rather than a CLASP frame. */
export function isLinkMessage(bytes) {
  return bytes[0] === MAGIC
}

/** Whether the receiver counts a message in its receipts, and so has to answer soon. */
export function asksForReceipt(message) {
  return message.type !== 'ack' && message.type !== 'bye'
}

/**
 * Encodes a message: `{type, from, to, ack, receipt}` with epochs as bigints, and by type `first`,
 * `maxFrames` and `maxBytes` (hello, answer), `first`, `copied` and `frames` (data), `number`,
 * `offset`, `total` and `bytes` (part), or `number` (barrier).
 */
export function encode(message) {
  switch (message.type) {
    case 'hello':
    case 'answer': {
      const view = start(message, 16)
      view.setBigUint64(HEADER, BigInt(message.first))
      view.setUint32(HEADER + 8, message.maxFrames)
      view.setUint32(HEADER + 12, message.maxBytes)
      return bytesOf(view)
    }
    case 'data': {
      const view = start(message, message.frames.reduce((sum, frame) => sum + frame.length, 9))
      view.setBigUint64(HEADER, BigInt(message.first))
      view.setUint8(HEADER + 8, message.copied ? COPIED : 0)
      const bytes = bytesOf(view)
      let at = DATA_BYTES
      for (const frame of message.frames) {
        bytes.set(frame, at)
        at += frame.length
      }
      return bytes
    }
    case 'part': {
      const view = start(message, 16 + message.bytes.length)
      view.setBigUint64(HEADER, BigInt(message.number))
      view.setUint32(HEADER + 8, message.offset)
      view.setUint32(HEADER + 12, message.total)
      const bytes = bytesOf(view)
      bytes.set(message.bytes, PART_BYTES)
      return bytes
    }
    case 'barrier': {
      const view = start(message, 8)
      view.setBigUint64(HEADER, BigInt(message.number))
      return bytesOf(view)
    }
    default:
      return bytesOf(start(message, 0))
  }
}

function bytesOf(view) {
  return new Uint8Array(view.buffer)
}

function start(message, size) {
  const view = new DataView(new ArrayBuffer(HEADER + size))
  view.setUint8(0, MAGIC)
  view.setUint8(1, (VERSION << 4) | CODES[message.type])
  view.setBigUint64(2, message.from)
  view.setBigUint64(10, message.to)
  view.setBigUint64(18, BigInt(message.ack))
  view.setUint32(26, message.receipt)
  return view
}

/**
 * Decodes a message, or returns null when it is of a later version or type.
 *
 * @throws MalformedError if it is none
 */
export function decode(bytes) {
  if (bytes.length < HEADER || bytes[0] !== MAGIC) throw new MalformedError('no link message')
  if (bytes[1] >> 4 !== VERSION) return null
  const type = TYPES[(bytes[1] & 0x0f) - 1]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const message = {
    type,
    from: view.getBigUint64(2),
    to: view.getBigUint64(10),
    ack: number(view, 18),
    receipt: view.getUint32(26)
  }
  if (message.from < 1n || message.from > MAX_EPOCH || message.to > MAX_EPOCH) {
    throw new MalformedError('a link message needs epochs')
  }
  switch (type) {
    case undefined:
      return null
    case 'hello':
    case 'answer':
      need(view, 16)
      message.first = number(view, HEADER)
      message.maxFrames = view.getInt32(HEADER + 8)
      message.maxBytes = view.getInt32(HEADER + 12)
      if (message.maxFrames < 1 || message.maxBytes < 1) {
        throw new MalformedError('a hello that leaves no room')
      }
      return message
    case 'data':
      need(view, 9)
      message.first = number(view, HEADER)
      message.copied = (bytes[HEADER + 8] & COPIED) !== 0
      message.frames = frames(bytes)
      return message
    case 'part':
      need(view, 16)
      message.number = number(view, HEADER)
      message.offset = view.getInt32(HEADER + 8)
      message.total = view.getInt32(HEADER + 12)
      message.bytes = bytes.slice(PART_BYTES)
      if (
        message.offset < 0 ||
        message.total < 1 ||
        message.total > MAX_FRAME ||
        message.bytes.length < 1 ||
        message.bytes.length > message.total - message.offset
      ) {
        throw new MalformedError('a part that is none of its frame')
      }
      return message
    case 'barrier':
      need(view, 8)
      message.number = number(view, HEADER)
  }
  return message
}

/** Numbers count from 0, so none that is not exact as a `number` is ever reached. */
function number(view, at) {
  const value = view.getBigUint64(at)
  if (value >= BigInt(Number.MAX_SAFE_INTEGER)) throw new MalformedError(`number ${value}`)
  return Number(value)
}

function need(view, size) {
  if (view.byteLength - HEADER < size) throw new MalformedError('a link message is cut off')
}

function frames(bytes) {
  const all = []
  let at = DATA_BYTES
  do {
    const size = frameSize(bytes, at)
    all.push(bytes.subarray(at, at + size))
    at += size
  } while (at < bytes.length)
  return all
}

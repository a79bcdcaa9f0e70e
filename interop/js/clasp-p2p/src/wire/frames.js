import { MalformedError, TooLargeError } from '../errors.js'
import { Reader, Writer } from './bytes.js'
import { bounded, codeOf, narrow, readData, readTyped, writeData, writeTyped } from './values.js'

export const MAGIC = 0x53
export const MAX_PAYLOAD = 65_535
const HEADER = 4
const TIMESTAMP = 8
export const MAX_FRAME = HEADER + TIMESTAMP + MAX_PAYLOAD
const FLAG_TIMESTAMP = 0x20
const COMPACT = 1
const MAX_BUNDLE_DEPTH = 32

/** Labels only: nothing is repeated or ordered for their sake. */
export const QoS = Object.freeze({ FIRE: 0, CONFIRM: 1, COMMIT: 2 })

const TYPES = Object.freeze({
  HELLO: 0x01,
  WELCOME: 0x02,
  SUBSCRIBE: 0x10,
  UNSUBSCRIBE: 0x11,
  PUBLISH: 0x20,
  SET: 0x21,
  GET: 0x22,
  SNAPSHOT: 0x23,
  BUNDLE: 0x30,
  PING: 0x41,
  PONG: 0x42,
  ACK: 0x50,
  ERROR: 0x51
})
const NAMES = new Map(Object.entries(TYPES).map(([name, code]) => [code, name]))

const SIGNALS = ['param', 'event', 'stream', 'gesture', 'timeline']
const PHASES = ['start', 'move', 'end', 'cancel']
const FEATURES = { param: 0x80, event: 0x40, stream: 0x20, gesture: 0x10, timeline: 0x08 }

/**
 * Encodes a message as one frame.
 *
 * @param message an object whose `type` is the message's name in capitals
 * @param qos the label, or undefined for the message's own
 */
export function encodeFrame(message, qos = qosOf(message)) {
  const out = new Writer()
  out.u8(MAGIC).u8((qos << 6) | COMPACT).u16(0, 'frame')
  writeMessage(out, message, 0)
  const size = out.size - HEADER
  if (size > MAX_PAYLOAD) {
    throw new TooLargeError(`a ${message.type} takes ${size} bytes, more than ${MAX_PAYLOAD}`)
  }
  const bytes = out.done()
  bytes[2] = size >> 8
  bytes[3] = size & 0xff
  return bytes
}

function qosOf(message) {
  switch (message.type) {
    case 'SET':
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return QoS.CONFIRM
    case 'BUNDLE':
      return QoS.COMMIT
    case 'PUBLISH':
      switch (message.signal) {
        case 'stream':
        case 'gesture':
          return QoS.FIRE
        case 'timeline':
          return QoS.COMMIT
        default:
          return QoS.CONFIRM
      }
    default:
      return QoS.FIRE
  }
}

function writeMessage(out, message, depth) {
  const code = TYPES[message.type]
  if (code === undefined) throw new TypeError(`unknown type of message: ${message.type}`)
  out.u8(code)
  switch (message.type) {
    case 'HELLO':
      out.u8(message.version ?? 1)
      out.u8((message.features ?? []).reduce((mask, name) => mask | (FEATURES[name] ?? 0), 0))
      out.text(message.name ?? '', 'HELLO.name').text(message.token ?? '', 'HELLO.token')
      break
    case 'WELCOME':
      out.u8(message.version ?? 1)
      out.u8((message.features ?? []).reduce((mask, name) => mask | (FEATURES[name] ?? 0), 0))
      out.u64(message.time).text(message.session, 'WELCOME.session')
      out.text(message.name ?? '', 'WELCOME.name').text(message.token ?? '', 'WELCOME.token')
      break
    case 'SUBSCRIBE':
      writeSubscribe(out, message)
      break
    case 'UNSUBSCRIBE':
      out.u32(message.id)
      break
    case 'PUBLISH':
      writePublish(out, message)
      break
    case 'SET': {
      const value = codeOf(message.value, 'SET.value')
      const flags =
        flag(0x80, message.revision) | flag(0x40, message.lock) | flag(0x20, message.unlock)
      out.u8(flags | value).text(message.address, 'SET.address')
      writeData(out, value, message.value, 'SET.value')
      if (message.revision !== undefined) out.u64(message.revision)
      break
    }
    case 'GET':
      out.text(message.address, 'GET.address')
      break
    case 'SNAPSHOT':
      out.u16(message.params.length, 'SNAPSHOT.params')
      for (const param of message.params) {
        out.text(param.address, 'SNAPSHOT.address')
        writeTyped(out, param.value, 'SNAPSHOT.value')
        out.u64(param.revision ?? 0)
        out.u8(flag(0x01, param.writer) | flag(0x02, param.timestamp))
        if (param.writer !== undefined) out.text(param.writer, 'SNAPSHOT.writer')
        if (param.timestamp !== undefined) out.u64(param.timestamp)
      }
      break
    case 'BUNDLE':
      if (depth === MAX_BUNDLE_DEPTH) {
        throw new TypeError(`bundles are nested deeper than ${MAX_BUNDLE_DEPTH} levels`)
      }
      out.u8(flag(0x80, message.timestamp)).u16(message.messages.length, 'BUNDLE.messages')
      if (message.timestamp !== undefined) out.u64(message.timestamp)
      for (const each of message.messages) {
        const inner = new Writer()
        writeMessage(inner, each, depth + 1)
        out.u16(inner.size, 'BUNDLE.messages').raw(inner.done())
      }
      break
    case 'ACK':
      out.u8(flag(0x01, message.address) | flag(0x02, message.revision))
      if (message.address !== undefined) out.text(message.address, 'ACK.address')
      if (message.revision !== undefined) out.u64(message.revision)
      break
    case 'ERROR':
      out.u16(message.code, 'ERROR.code').text(message.message, 'ERROR.message')
      out.u8(flag(0x01, message.address))
      if (message.address !== undefined) out.text(message.address, 'ERROR.address')
  }
}

function flag(bit, present) {
  return present === undefined || present === false ? 0 : bit
}

function writeSubscribe(out, message) {
  const types = message.types ?? []
  const mask = types.reduce((bits, type) => bits | (1 << SIGNALS.indexOf(type)), 0)
  out.u32(message.id).text(message.pattern, 'SUBSCRIBE.pattern').u8(types.length ? mask : 0xff)
  const { maxRate, epsilon } = message.options ?? {}
  out.u8(flag(0x01, maxRate) | flag(0x02, epsilon))
  if (maxRate !== undefined) out.u32(maxRate)
  if (epsilon !== undefined) out.f64(epsilon)
}

function writePublish(out, message) {
  const signal = SIGNALS.indexOf(message.signal ?? 'event')
  const phase = PHASES.indexOf(message.phase ?? 'start')
  out.u8((signal << 5) | flag(0x10, message.timestamp) | flag(0x08, message.id) | phase)
  out.text(message.address, 'PUBLISH.address')
  if (message.value !== undefined) {
    out.u8(1)
    writeTyped(out, message.value, 'PUBLISH.value')
  } else if (message.samples !== undefined) {
    out.u8(2).u16(message.samples.length, 'PUBLISH.samples')
    for (const sample of message.samples) out.f64(sample)
  } else {
    out.u8(0)
  }
  if (message.timestamp !== undefined) out.u64(message.timestamp)
  if (message.id !== undefined) out.u32(message.id)
  if (message.rate !== undefined) out.u32(message.rate)
}

/**
 * The size of the frame that bytes begin with.
 *
 * @throws MalformedError if there is no whole one
 */
export function frameSize(bytes, at = 0) {
  const left = bytes.length - at
  if (left < HEADER || bytes[at] !== MAGIC) throw new MalformedError('no CLASP frame')
  const header = bytes[at + 1] & FLAG_TIMESTAMP ? HEADER + TIMESTAMP : HEADER
  const size = header + ((bytes[at + 2] << 8) | bytes[at + 3])
  if (size > left) throw new MalformedError(`a frame of ${size} bytes has ${left}`)
  return size
}

/** The QoS that a frame is labelled with. */
export function frameQos(bytes) {
  return bytes[1] >> 6
}

/**
 * Decodes the message of one frame.
 *
 * @throws MalformedError if it is none, or of a type that a peer has no use for
 */
export function decodeFrame(bytes) {
  const size = frameSize(bytes)
  const header = bytes[1] & FLAG_TIMESTAMP ? HEADER + TIMESTAMP : HEADER
  return readMessage(new Reader(bytes.subarray(header, size)), 0)
}

function readMessage(from, depth) {
  const type = NAMES.get(from.u8())
  switch (type) {
    case 'HELLO': {
      const version = from.u8()
      const features = readFeatures(from.u8())
      return { type, version, features, name: from.text(), ...present('token', from.text()) }
    }
    case 'WELCOME': {
      const version = from.u8()
      const features = readFeatures(from.u8())
      const time = narrow(from.u64())
      const session = from.text()
      return { type, version, features, time, session, name: from.text(), ...present('token', from.text()) }
    }
    case 'SUBSCRIBE':
      return readSubscribe(from)
    case 'UNSUBSCRIBE':
      return { type, id: from.u32() }
    case 'PUBLISH':
      return readPublish(from)
    case 'SET':
      return readSet(from)
    case 'GET':
      return { type, address: from.text() }
    case 'SNAPSHOT': {
      const count = bounded(from, from.u16(), 12)
      const params = []
      for (let i = 0; i < count; i++) params.push(readParam(from))
      return { type, params }
    }
    case 'BUNDLE':
      return readBundle(from, depth)
    case 'PING':
    case 'PONG':
      return { type }
    case 'ACK': {
      const flags = from.u8()
      const message = { type }
      if (flags & 0x01) message.address = from.text()
      if (flags & 0x02) message.revision = narrow(from.u64())
      if (flags & 0x04) message.locked = from.u8() !== 0
      if (flags & 0x08) message.holder = from.text()
      if (flags & 0x10) message.correlationId = from.u32()
      return message
    }
    case 'ERROR': {
      const message = { type, code: from.u16(), message: from.text() }
      const flags = from.u8()
      if (flags & 0x01) message.address = from.text()
      if (flags & 0x02) message.correlationId = from.u32()
      return message
    }
  }
  throw new MalformedError('a message of a type that a peer has no use for')
}

function present(key, text) {
  return text === '' ? {} : { [key]: text }
}

function readFeatures(mask) {
  return Object.keys(FEATURES).filter((name) => mask & FEATURES[name])
}

function readSubscribe(from) {
  const message = { type: 'SUBSCRIBE', id: from.u32(), pattern: from.text() }
  const mask = from.u8()
  if (mask !== 0xff) message.types = SIGNALS.filter((_, i) => mask & (1 << i))
  const flags = from.u8()
  const options = {}
  if (flags & 0x01) options.maxRate = from.u32()
  if (flags & 0x02) options.epsilon = from.f64()
  if (flags & 0x04) options.history = from.u32()
  if (flags & 0x08) options.window = from.u32()
  if (flags) message.options = options
  return message
}

function readPublish(from) {
  const flags = from.u8()
  const message = {
    type: 'PUBLISH',
    address: from.text(),
    signal: SIGNALS[flags >> 5] ?? 'event',
    phase: PHASES[flags & 0x07] ?? 'start'
  }
  const content = from.u8()
  if (content === 1) {
    message.value = readTyped(from)
  } else if (content === 2) {
    const count = bounded(from, from.u16(), 8)
    message.samples = []
    for (let i = 0; i < count; i++) message.samples.push(from.f64())
  }
  if (flags & 0x10) message.timestamp = narrow(from.u64())
  if (flags & 0x08) message.id = from.u32()
  if (from.left >= 4) message.rate = from.u32()
  return message
}

function readSet(from) {
  const flags = from.u8()
  const message = { type: 'SET', address: from.text(), value: readData(from, flags & 0x0f) }
  if (flags & 0x80) message.revision = narrow(from.u64())
  if (flags & 0x40) message.lock = true
  if (flags & 0x20) message.unlock = true
  if (flags & 0x10) message.ttl = from.u32()
  return message
}

function readParam(from) {
  const param = { address: from.text(), value: readTyped(from), revision: narrow(from.u64()) }
  const flags = from.u8()
  if (flags & 0x01) param.writer = from.text()
  if (flags & 0x02) param.timestamp = narrow(from.u64())
  return param
}

function readBundle(from, depth) {
  if (depth === MAX_BUNDLE_DEPTH) {
    throw new MalformedError(`bundles are nested deeper than ${MAX_BUNDLE_DEPTH} levels`)
  }
  const flags = from.u8()
  const count = bounded(from, from.u16(), 3)
  const message = { type: 'BUNDLE', messages: [] }
  if (flags & 0x80) message.timestamp = narrow(from.u64())
  for (let i = 0; i < count; i++) {
    message.messages.push(readMessage(new Reader(from.raw(from.u16())), depth + 1))
  }
  return message
}

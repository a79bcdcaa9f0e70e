import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError, MalformedError, TooLargeError } from '../src/errors.js'
import { decodeFrame, encodeFrame, frameQos, QoS } from '../src/wire/frames.js'
import { CORE, fromHex, toHex, valueOf, vectors } from './vectors.js'

const OURS = new Set(
  'HELLO WELCOME SUBSCRIBE UNSUBSCRIBE PUBLISH SET GET SNAPSHOT BUNDLE PING PONG ACK ERROR'.split(' ')
)

/** Fields that peers read and never write. */
const READ_ONLY = ['locked', 'holder', 'correlationId', 'ttl', 'history', 'window']

function isOurs({ message }) {
  const text = JSON.stringify(message)
  return (
    OURS.has(message.type) &&
    !READ_ONLY.some((field) => text.includes(`"${field}"`)) &&
    !['SYNC', 'ANNOUNCE', 'QUERY', 'RESULT'].some((type) => text.includes(`"${type}"`))
  )
}

for (const vector of vectors(CORE, 'frames-js.json').filter(isOurs)) {
  test(`a frame of CLASP's JavaScript codec is read, and written the same: ${vector.name}`, () => {
    const bytes = fromHex(vector.hex)
    const message = decodeFrame(bytes)
    assert.equal(message.type, vector.message.type)
    if (vector.message.type === 'SET') assert.deepEqual(message.value, valueOf(vector.message.value))
    if ((bytes[1] & 0x3f) === 1) assert.equal(toHex(encodeFrame(message, frameQos(bytes))), vector.hex)
  })
}

for (const vector of vectors(CORE, 'frames-rust.json').filter(isOurs)) {
  test(`a frame of CLASP's Rust codec is read: ${vector.name}`, () => {
    const message = decodeFrame(fromHex(vector.hex))
    if (vector.message.type === 'SET') assert.deepEqual(message.value, valueOf(vector.message.value))
  })
}

/** What our decoder is more lenient about than a peer needs, or does not read at all. */
for (const vector of vectors(CORE, 'malformed.json')) {
  const wanted = vector.java === 'ok' || (vector.rust.outcome === 'ok' && vector.js.outcome === 'ok')
  test(`what is malformed harms nothing: ${vector.name}`, () => {
    try {
      decodeFrame(fromHex(vector.hex))
    } catch (e) {
      assert.ok(e instanceof MalformedError, `${e.stack}`)
      return
    }
    assert.ok(wanted || vector.rust.outcome !== 'error', 'the router refuses it')
  })
}

test('a payload that is cut off anywhere is refused, or was whole by then', () => {
  for (const vector of vectors(CORE, 'frames-rust.json').filter(isOurs)) {
    const whole = fromHex(vector.hex)
    for (let size = 0; size < whole.length; size++) {
      assert.throws(() => decodeFrame(whole.subarray(0, size)), MalformedError, vector.name)
    }
  }
})

test('values arrive as documented', () => {
  const sent = {
    integer: 5n,
    beyond: 2n ** 53n + 1n,
    least: -(2n ** 63n),
    integral: 3,
    negativeZero: -0,
    nan: NaN,
    infinite: -Infinity,
    bytes: Uint8Array.of(0, 255),
    text: 'a\u{1F3AD}\0\uFEFF',
    nested: { list: [1, [2, { x: null }]], __proto__key: true },
    map: new Map([['k', false]])
  }
  const { value } = decodeFrame(encodeFrame({ type: 'SET', address: '/a', value: sent }))
  assert.equal(value.integer, 5)
  assert.equal(value.beyond, 2n ** 53n + 1n)
  assert.equal(value.least, -(2n ** 63n))
  assert.equal(value.integral, 3)
  assert.ok(Object.is(value.negativeZero, -0))
  assert.ok(Number.isNaN(value.nan))
  assert.equal(value.infinite, -Infinity)
  assert.deepEqual(value.bytes, Uint8Array.of(0, 255))
  assert.equal(value.text, 'a\u{1F3AD}\0\uFEFF')
  assert.equal(JSON.stringify(value.nested), '{"list":[1,[2,{"x":null}]],"__proto__key":true}')
  assert.equal(value.map.k, false)
})

test('a key cannot reach a prototype', () => {
  const value = new Map([['__proto__', { polluted: true }]])
  const decoded = decodeFrame(encodeFrame({ type: 'SET', address: '/a', value })).value
  assert.equal({}.polluted, undefined)
  assert.equal(decoded.__proto__.polluted, true)
})

test('what has no form is refused by name', () => {
  const encode = (value) => () => encodeFrame({ type: 'SET', address: '/a', value })
  assert.throws(encode({ x: undefined }), { name: 'InvalidArgumentError', message: /SET\.value\.x/ })
  assert.throws(encode([() => {}]), InvalidArgumentError)
  assert.throws(encode(new Date(0)), InvalidArgumentError)
  assert.throws(encode('\ud800'), InvalidArgumentError)
  assert.throws(encode(2n ** 63n), InvalidArgumentError)
  assert.throws(encode('x'.repeat(65_536)), TooLargeError)
  assert.throws(encode(Array(40_000).fill(1)), TooLargeError)
  let deep = 1
  for (let i = 0; i < 65; i++) deep = [deep]
  assert.throws(encode(deep), InvalidArgumentError)
})

test('a stream may be lost, and nothing else', () => {
  assert.equal(frameQos(encodeFrame({ type: 'PUBLISH', signal: 'stream', address: '/a', value: 1 })), QoS.FIRE)
  assert.equal(frameQos(encodeFrame({ type: 'PUBLISH', signal: 'event', address: '/a' })), QoS.CONFIRM)
})

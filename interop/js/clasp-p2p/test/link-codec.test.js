import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { MalformedError } from '../src/errors.js'
import { asksForReceipt, decode, encode, isLinkMessage } from '../src/link/codec.js'
import { fromHex, TESTKIT, toHex } from './vectors.js'

const file = new URL(`../../../../${TESTKIT}link-messages.json`, import.meta.url)
const { vectors, refused } = JSON.parse(readFileSync(file, 'utf8'))

function messageOf({ from, to, frames, bytes, ...rest }) {
  const message = { ...rest, from: BigInt(from), to: BigInt(to) }
  if (frames) message.frames = frames.map(fromHex)
  if (bytes) message.bytes = fromHex(bytes)
  return message
}

for (const { name, message, hex } of vectors) {
  test(`a link message has the bytes that Java gives it: ${name}`, () => {
    assert.equal(toHex(encode(messageOf(message))), hex)
    assert.deepEqual(decode(fromHex(hex)), messageOf(message))
    assert.ok(isLinkMessage(fromHex(hex)))
  })
}

for (const { name, hex, result } of refused) {
  test(`what is no link message is ${result}: ${name}`, () => {
    if (result === 'ignored') assert.equal(decode(fromHex(hex)), null)
    else assert.throws(() => decode(fromHex(hex)), MalformedError)
  })
}

test('acknowledgements and goodbyes ask for no receipt, for they would never end', () => {
  const asking = ['hello', 'answer', 'data', 'part', 'barrier', 'ping']
  for (const type of [...asking, 'ack', 'bye']) {
    assert.equal(asksForReceipt({ type }), asking.includes(type), type)
  }
})

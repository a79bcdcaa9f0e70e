import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError } from '../src/errors.js'
import { compilePattern, peerOf, requireAddress } from '../src/wire/addresses.js'
import { CORE, vectors } from './vectors.js'

test('patterns match as the router delivers', () => {
  let compared = 0
  for (const { pattern, address, matches } of vectors(CORE, 'address-patterns.json')) {
    if (address[0] !== '/' || pattern[0] !== '/' || pattern.includes('//')) continue
    assert.equal(compilePattern(pattern)(address), matches, `${pattern} and ${address}`)
    compared++
  }
  assert.ok(compared > 150, `${compared} were compared`)
})

test('a pattern of many wildcards takes no exponential time', () => {
  const pattern = compilePattern('/**' + '/a/**'.repeat(30) + '/b')
  assert.equal(pattern('/a'.repeat(2_000)), false)
})

test('an address that would harm a router is refused', () => {
  for (const wrong of ['', 'a', 'ä/b', '/a//b', '/\ud800', 7, null]) {
    assert.throws(() => requireAddress(wrong), InvalidArgumentError)
  }
})

test('the peer is the second segment, and something must follow', () => {
  assert.equal(peerOf('/peer/stage/x'), 'stage')
  assert.equal(peerOf('/peer/stage'), null)
  assert.equal(peerOf('/peer//x'), null)
  assert.equal(peerOf('/peer/st*/x'), null)
  assert.equal(peerOf('/peers/stage/x'), null)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { World } from './world.js'

const upTo = (count) => Array.from({ length: count }, (_, i) => i)

function established(seed, options) {
  const world = new World(seed, options)
  world.greet()
  assert.ok(world.a.link.isEstablished && world.b.link.isEstablished)
  return world
}

test('frames are numbered as soon as both sides know each other', () => {
  const world = new World(1)
  assert.equal(world.a.link.send(new Uint8Array(4)), undefined)
  world.greet()
  assert.ok(world.a.link.isEstablished)
  assert.equal(world.a.link.path, 'router')
})

test('frames move to the channel when it has carried, and back when it closes', () => {
  const world = established(2)
  for (let i = 0; i < 10; i++) world.a.send()
  const ends = world.connect()
  world.clock.advance(20)
  assert.equal(world.a.link.path, 'p2p')
  for (let i = 0; i < 10; i++) world.a.send()
  world.close(ends)
  assert.equal(world.a.link.path, 'router')
  for (let i = 0; i < 10; i++) world.a.send()
  world.clock.advance(2_000)
  assert.deepEqual(world.b.numbers, upTo(30))
  assert.equal(world.a.link.unacknowledged, 0)
})

test('a path that falls silent is left, and taken again when it heals', () => {
  const world = established(3)
  world.connect()
  world.clock.advance(50)
  world.cut = true
  for (let i = 0; i < 50; i++) {
    world.a.send()
    world.clock.advance(20)
  }
  assert.equal(world.a.link.path, 'router')
  assert.deepEqual(world.b.numbers, upTo(world.b.heard.length))
  assert.ok(world.b.heard.length > 20)
  world.heal()
  world.clock.advance(2_000)
  assert.equal(world.a.link.path, 'p2p')
  assert.deepEqual(world.b.numbers, upTo(50))
})

test('a path that does not heal is given up', () => {
  const world = established(4)
  const ends = world.connect()
  world.clock.advance(50)
  world.cut = true
  world.a.send()
  world.clock.advance(8_000)
  assert.equal(ends[0].isOpen, false)
  assert.deepEqual(world.b.numbers, [0])
})

test('without a router frames carry on directly, and wait when there is neither', () => {
  const world = established(5)
  const ends = world.connect()
  world.clock.advance(50)
  world.router(false)
  world.a.send()
  world.clock.advance(50)
  assert.deepEqual(world.b.numbers, [0])
  world.close(ends)
  world.a.send()
  world.clock.advance(1_000)
  assert.equal(world.a.link.path, null)
  world.router(true)
  world.clock.advance(3_000)
  assert.deepEqual(world.b.numbers, [0, 1])
})

test('a peer that cannot be reached for its lifetime loses what waits, and that is told', () => {
  const world = established(6, { lifetime: 5_000 })
  world.router(false)
  world.a.send()
  world.a.send()
  world.clock.advance(20_000)
  assert.deepEqual(world.a.lost, [2])
  assert.equal(world.a.link.state, 'plain')
})

test('a peer that lives anew is told apart from its life before', () => {
  const world = established(7)
  for (let i = 0; i < 3; i++) world.a.send()
  world.clock.advance(100)
  world.relayLoss = 1
  world.a.send()
  world.clock.advance(1_000)
  world.relayLoss = 0
  world.b.heard = []
  world.b.start()
  world.b.link.relayIs(true)
  world.b.link.greet()
  world.clock.advance(3_000)
  assert.deepEqual(world.a.events, [['restarted']])
  assert.deepEqual(world.a.lost, [1])
  world.a.send()
  world.clock.advance(100)
  assert.deepEqual(world.b.numbers, [4])
})

test('a window that is full refuses, and says when there is room again', () => {
  const world = established(8, { windowFrames: 16 })
  world.relayLoss = 1
  const taken = upTo(20).filter(() => world.a.send()).length
  assert.equal(taken, 16)
  assert.ok(world.a.link.isFull)
  world.relayLoss = 0
  world.clock.advance(5_000)
  assert.deepEqual(world.a.events, [['room']])
  assert.deepEqual(world.b.numbers, upTo(16))
})

test('a frame that is larger than a message travels in parts', () => {
  const world = established(9)
  world.connect(1_200)
  world.clock.advance(50)
  for (let i = 0; i < 5; i++) world.a.send('x'.repeat(5_000))
  world.clock.advance(100)
  assert.equal(world.a.link.path, 'p2p')
  assert.deepEqual(world.b.numbers, upTo(5))
  assert.equal(world.b.heard[4][1].length, 5_000)
})

test('plain frames through the router are not overtaken', () => {
  const world = new World(10)
  world.router(true)
  assert.equal(world.a.link.send(new Uint8Array(4)), undefined)
  world.a.link.greet()
  world.b.link.greet()
  world.clock.advance(20)
  world.a.send()
  world.clock.advance(100)
  // The barrier has number 0, and is not delivered.
  assert.deepEqual(world.b.numbers, [0])
  assert.equal(world.a.link.unacknowledged, 0)
})

test('the end waits for acknowledgements, tells the peer, and leaves no timer', async () => {
  const world = established(11)
  world.connect()
  world.clock.advance(50)
  world.a.send()
  const ended = world.a.link.close(2_000)
  world.clock.advance(3_000)
  assert.equal(await ended, true)
  assert.deepEqual(world.b.numbers, [0])
  assert.equal(world.b.link.state, 'plain')
  assert.equal(await world.b.link.close(2_000), true)
  assert.equal(world.clock.pending, 0)
})

test('what makes no sense is dropped, and the link goes on', () => {
  const world = established(12)
  const [a, b] = world.connect()
  world.clock.advance(50)
  for (let i = 0; i < 500; i++) {
    const bytes = Uint8Array.from({ length: Math.floor(world.random() * 80) }, () => Math.floor(world.random() * 256))
    bytes[0] = 0x4c
    bytes[1] = 0x10 + Math.floor(world.random() * 16)
    b.side.link.received(bytes, world.random() < 0.5 ? b : null)
  }
  world.a.send()
  world.clock.advance(3_000)
  assert.deepEqual(world.b.numbers, [0])
  assert.equal(a.isOpen, true)
})

for (let seed = 100; seed < 160; seed++) {
  test(`nothing is lost, repeated or reordered, whatever happens to the paths: seed ${seed}`, () => {
    const world = established(seed)
    const dice = (n) => Math.floor(world.random() * n)
    let ends = null
    for (let step = 0; step < 300; step++) {
      const side = dice(2) ? world.a : world.b
      switch (dice(12)) {
        case 0:
          if (ends === null || !ends[0].isOpen) ends = world.connect(dice(2) ? 1_200 : 65_536)
          break
        case 1:
          if (ends !== null && dice(3) === 0) world.close(ends)
          break
        case 2:
          world.cut = true
          break
        case 3:
        case 4:
          world.heal()
          break
        case 5:
          world.router(dice(4) > 0)
          break
        case 6:
          world.relayLoss = dice(3) / 4
          break
        default:
          for (let i = dice(5); i >= 0; i--) side.send('x'.repeat(dice(10) === 0 ? 3_000 : 3))
      }
      world.clock.advance(dice(200))
    }
    world.relayLoss = 0
    world.router(true)
    world.heal()
    world.clock.advance(60_000)
    assert.deepEqual(world.b.numbers, upTo(world.a.next))
    assert.deepEqual(world.a.numbers, upTo(world.b.next))
    assert.deepEqual([...world.a.lost, ...world.b.lost], [])
    assert.equal(world.a.link.unacknowledged, 0)
  })
}

test('whoever is asked on an idle link asks in its answer', () => {
  const world = established(21)
  const ends = world.connect()
  world.clock.advance(5_000)
  let messages = 0
  for (const end of ends) {
    const send = end.send.bind(end)
    end.send = (bytes) => {
      messages++
      return send(bytes)
    }
  }
  world.clock.advance(60_000)
  // A question, a question that answers it, and the answer to that.
  assert.ok(messages >= 3 * 57 && messages <= 3 * 61, `${messages} messages`)
})

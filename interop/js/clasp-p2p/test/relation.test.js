import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completeOptions } from '../src/options.js'
import { Relation } from '../src/relation.js'
import { ManualClock, seeded } from './world.js'

/** As much of a peer connection as is there before anything is described. */
class SilentConnection {
  static made = 0
  signalingState = 'stable'
  iceGatheringState = 'new'
  isClosed = false

  constructor() {
    SilentConnection.made++
  }

  createDataChannel(label) {
    return { label, readyState: 'connecting', bufferedAmount: 0 }
  }

  createOffer() {
    return new Promise(() => {})
  }

  setRemoteDescription() {
    return new Promise(() => {})
  }

  close() {
    this.isClosed = true
  }
}

function relation({ RTCPeerConnection = SilentConnection, ownId = 'a', onEvent = () => {} } = {}) {
  const clock = new ManualClock()
  const random = seeded(1)
  const options = completeOptions()
  const log = { signals: [], events: [] }
  let ids = 0
  const environment = { ownId, RTCPeerConnection, rtcConfig: {}, clock, random, options, uuid: () => `id-${ids++}` }
  const made = new Relation('b', environment, {
    signal: (peer, signal) => log.signals.push(signal.type),
    relay: () => true,
    canSignal: () => true,
    accepts: () => true,
    throughRouter: () => true,
    event: (name, one, details) => {
      log.events.push(name)
      onEvent(name, one, details)
    },
    dropped: () => {}
  })
  return { made, clock, log }
}

const offer = (id) => ({ type: 'offer', from: 's', correlation_id: id, sdp: 'v=0', clasp_link: '1' })

test('the application refuses a link that is being made, and the peer is told', () => {
  const refuse = (name, one) => name === 'connecting' && one.disconnect({ code: 'local-close', message: 'no' })
  const { made, log } = relation({ onEvent: refuse })
  assert.equal(made.signal(offer('theirs')), true)
  assert.deepEqual(log, { signals: ['disconnected'], events: ['connecting'] })
  made.wake()
  assert.deepEqual(log.signals, ['disconnected', 'disconnected'])
})

test('when both offer, the smaller id yields', () => {
  const smaller = relation({ ownId: 'a' })
  smaller.made.wake()
  smaller.made.signal(offer('theirs'))
  assert.deepEqual(smaller.log.events, ['connecting', 'connecting'])
  const larger = relation({ ownId: 'c' })
  larger.made.wake()
  larger.made.signal(offer('theirs'))
  assert.deepEqual(larger.log.events, ['connecting'])
})

test('an attempt that comes to nothing fails in time, and is made again when somebody waits', () => {
  const { made, clock, log } = relation()
  const waiting = made.connect()
  waiting.catch(() => {})
  clock.advance(10_000)
  assert.deepEqual(log.events, ['connecting', 'failed'])
  made.connect().catch(() => {})
  clock.advance(1_000)
  assert.deepEqual(log.events, ['connecting', 'failed', 'connecting'])
  return assert.rejects(waiting, { name: 'UnreachableError' })
})

test('where WebRTC cannot be had, the router serves, and attempts are spaced', () => {
  class Refusing {
    constructor() {
      throw new Error('not today')
    }
  }
  const { made, clock, log } = relation({ RTCPeerConnection: Refusing })
  assert.equal(made.send(new Uint8Array(8), true), 'router')
  assert.deepEqual(log.events, ['failed'])
  made.send(new Uint8Array(8), true)
  assert.deepEqual(log.events, ['failed'])
  clock.advance(60_000)
  made.send(new Uint8Array(8), true)
  assert.deepEqual(log.events, ['failed', 'failed'])
})

test('a signal of an attempt that has ended is of no use, and a candidate of a coming one is kept', () => {
  const { made, log } = relation()
  assert.equal(made.signal({ type: 'ice_candidate', correlation_id: 'coming', candidate: '{}' }), true)
  made.signal(offer('theirs'))
  made.disconnect({ code: 'local-close', message: 'enough' })
  assert.equal(made.signal(offer('theirs')), false)
  assert.equal(made.signal({ type: 'ice_candidate', correlation_id: 'theirs', candidate: '{}' }), false)
  assert.equal(made.signal({ type: 'connected', correlation_id: 'other' }), false)
  assert.deepEqual(log.signals, ['disconnected'])
})

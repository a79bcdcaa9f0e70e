import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Attempt } from '../src/attempt.js'
import { completeOptions } from '../src/options.js'
import { ManualClock } from './world.js'

/** A peer connection that nothing comes of. */
class IdleConnection {
  createDataChannel(label) {
    return { label, readyState: 'connecting', bufferedAmount: 0 }
  }

  createOffer() {
    return new Promise(() => {})
  }

  close() {}
}

function attempt() {
  const heard = { signals: [], ends: [] }
  const host = {
    emit: (one, signal) => heard.signals.push(signal),
    ended: (one, reason) => heard.ends.push(reason)
  }
  const environment = {
    RTCPeerConnection: IdleConnection,
    rtcConfig: {},
    clock: new ManualClock(),
    options: completeOptions()
  }
  return { made: new Attempt('offerer', 'ours', environment, host), heard }
}

test('a link that does not carry is given up as broken, and one that is put away is not', () => {
  const silent = attempt()
  silent.made.end({ code: 'silent', message: 'nothing came through' })
  assert.equal(silent.heard.signals[0].reason, 'broken: nothing came through')
  const put = attempt()
  put.made.end({ code: 'local-close', message: 'enough' })
  assert.equal(put.heard.signals[0].reason, 'enough')
})

test('the peer tells whether the link has broken, and is not told in turn', () => {
  const broken = attempt()
  broken.made.signal({ type: 'disconnected', correlation_id: 'ours', reason: 'broken: nothing came through' })
  assert.equal(broken.heard.ends[0].code, 'connection-lost')
  const put = attempt()
  put.made.signal({ type: 'disconnected', correlation_id: 'ours' })
  assert.equal(put.heard.ends[0].code, 'remote-close')
  assert.deepEqual([...broken.heard.signals, ...put.heard.signals], [])
})

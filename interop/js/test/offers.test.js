import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Chromium } from './chromium.js'
import { Command } from './demo.js'

const VALUES = 200
const PATIENCE = { timeout: 60_000 }

let demo
let browser
let page

before(async () => {
  demo = await Command.start('demo', '--web', '--port', '0')
  browser = await Chromium.start()
  // A file of the origin that does nothing by itself, and asks for no icon.
  page = await browser.open(`${(await demo.first).uri}icon.svg`)
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** Makes the page a peer that remembers what becomes of its links, and what it hears. */
function becomePeer(id) {
  return page.evaluate(
    async ([me, signaling]) => {
      const { ClaspP2P } = await import('/clasp-p2p/index.js')
      const p2p = new ClaspP2P({ signaling, clientId: me })
      const peer = { p2p, events: [], heard: [] }
      for (const event of ['connecting', 'connected', 'disconnected', 'failed', 'path']) {
        p2p.on(`peer_${event}`, ({ id: from }, details) => peer.events.push({ event, from, ...details }))
      }
      p2p.on(`/peer/${me}/echo/**`, (value, address, { path, signal }) => peer.heard.push({ value, path, signal }))
      await p2p.connect()
      globalThis.peers = { ...globalThis.peers, [me]: peer }
    },
    [id, demo.lines[0].router]
  )
}

function javaPeer(id, ...options) {
  return Command.start('peer', id, '--echo', '--loopback', '--router', demo.lines[0].router, ...options)
}

const eventsOf = (id) => page.evaluate((me) => globalThis.peers[me].events, id)

/** What the page emits, Java sends back; all of it directly, once, in order. */
async function valuesTravelBothWays(me, java) {
  await page.waitForFunction(
    ([id, other]) => globalThis.peers[id].p2p.peer(other).path === 'p2p',
    [me, java]
  )
  const sent = await page.evaluate(
    ([id, other, count]) => {
      const { p2p } = globalThis.peers[id]
      const paths = new Set()
      for (let i = 0; i < count; i++) paths.add(p2p.emit(`/peer/${other}/echo/${id}/n`, i))
      return [...paths]
    },
    [me, java, VALUES]
  )
  assert.deepEqual(sent, ['p2p'])
  await page.waitForFunction(([id, count]) => globalThis.peers[id].heard.length >= count, [me, VALUES])
  const heard = await page.evaluate((id) => globalThis.peers[id].heard, me)
  assert.deepEqual(
    heard,
    Array.from({ length: VALUES }, (_, value) => ({ value, path: 'p2p', signal: 'event' }))
  )
}

/** The unreliable channel may lose samples. */
async function streamsTravelBothWays(me, java) {
  await page.waitForFunction(
    ([id, other]) => {
      const { p2p, heard } = globalThis.peers[id]
      p2p.stream(`/peer/${other}/echo/${id}/s`, 1)
      return heard.some(({ signal, path }) => signal === 'stream' && path === 'p2p')
    },
    [me, java]
  )
}

const offered = ({ event }) => event === 'connecting'

test('Java offers, the browser answers', PATIENCE, async () => {
  await becomePeer('answers')
  const java = await javaPeer('java-offers', '--link', 'answers')
  try {
    await valuesTravelBothWays('answers', 'java-offers')
    assert.equal((await java.line(offered)).role, 'offerer')
    assert.deepEqual((await eventsOf('answers')).filter(offered), [
      { event: 'connecting', from: 'java-offers', role: 'answerer' }
    ])
    await streamsTravelBothWays('answers', 'java-offers')
  } finally {
    await java.stop()
  }
})

test('the browser offers, Java answers', PATIENCE, async () => {
  await becomePeer('offers')
  const java = await javaPeer('java-answers')
  try {
    await page.evaluate(() => globalThis.peers.offers.p2p.connectToPeer('java-answers'))
    await valuesTravelBothWays('offers', 'java-answers')
    assert.equal((await java.line(offered)).role, 'answerer')
    assert.deepEqual((await eventsOf('offers')).filter(offered), [
      { event: 'connecting', from: 'java-answers', role: 'offerer' }
    ])
    await streamsTravelBothWays('offers', 'java-answers')
  } finally {
    await java.stop()
  }
})

test('the page reported no error', () => {
  assert.deepEqual(browser.errors, [])
})

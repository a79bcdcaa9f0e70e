import { ClaspP2P, BackpressureError } from './clasp-p2p/index.js'
import { Fader } from './fader.js'
import { Graph } from './graph.js'
import { Ledger } from './ledger.js'

const MINE = 8
const FADERS = 16
const COUNTS_PER_SECOND = 30
const HELLO_EVERY = 2_000
const PING_EVERY = 200
const NAMES = { p2p: 'directly', router: 'by router', none: 'not at all' }

const byId = (id) => document.getElementById(id)

/** The same id after a reload, and another life: peers tell the two apart. */
function pageId() {
  const known = sessionStorage.getItem('page')
  const id = known ?? `page-${Math.random().toString(36).slice(2, 8)}`
  sessionStorage.setItem('page', id)
  return id
}

function log(text) {
  const time = document.createElement('time')
  time.textContent = new Date().toTimeString().slice(0, 8)
  const line = document.createElement('li')
  line.append(time, text)
  byId('log').prepend(line)
  while (byId('log').children.length > 4) byId('log').lastChild.remove()
}

function showPath(path) {
  document.body.dataset.path = path ?? 'none'
  byId('path').textContent = NAMES[path ?? 'none']
}

/** What finds no room is not sent; a counted value keeps its number. */
function tried(send) {
  try {
    return send()
  } catch (e) {
    if (!(e instanceof BackpressureError)) throw e
    return null
  }
}

const config = await (await fetch('config.json')).json()
const me = pageId()
const life = Math.random().toString(36).slice(2)
const p2p = new ClaspP2P({ signaling: config.router, clientId: me })
const stage = p2p.peer(config.peer)
const to = (rest) => `/peer/${stage.id}/page/${me}/${rest}`

// ---- Faders

const faders = Array.from({ length: FADERS }, (_, i) => new Fader(i, moved))
byId('mine').append(...faders.slice(0, MINE).map((fader) => fader.element))
byId('theirs').append(...faders.slice(MINE).map((fader) => fader.element))

function moved(fader) {
  const path = tried(() => p2p.set(to(`fader/${fader.number}`), fader.value))
  if (path !== null) fader.sent(path, performance.now())
}

p2p.on(`/peer/${me}/fader/*`, (value, address, { path }) => {
  faders[Number(address.split('/').at(-1))].playedBy(value, path)
})
p2p.on(`/peer/${me}/heard/*`, ([value, path], address) => {
  faders[Number(address.split('/').at(-1))].heard(value, path, performance.now())
})

// ---- The curve, and the numbers of both directions

const graph = new Graph(byId('graph'))
const fromJava = new Ledger(byId('from-java'))
p2p.on(`/peer/${me}/wave`, ([number, height, drawnFor], address, { path }) => {
  // What was on its way to the page before a reload has numbers of its own.
  if (drawnFor === life) fromJava.received(number, path)
  graph.add(height, path)
})

const toJava = new Ledger(byId('to-java'))
let count = 0
setInterval(() => {
  if (p2p.session === null && stage.path !== 'p2p') return
  if (tried(() => p2p.emit(to('count'), [count, life])) !== null) count++
}, 1_000 / COUNTS_PER_SECOND)
p2p.on(`/peer/${me}/report`, (report) => toJava.show(report))

// ---- The round trip, as the newest values have it

let pings = 0
const pinged = new Map()
const took = []
setInterval(() => {
  if (tried(() => p2p.emit(to('ping'), ++pings)) === null) return
  pinged.set(pings, performance.now())
  if (pinged.size > 100) pinged.delete(pinged.keys().next().value)
}, PING_EVERY)
p2p.on(`/peer/${me}/pong`, (number) => {
  const sent = pinged.get(number)
  if (sent === undefined) return
  pinged.delete(number)
  took.push(performance.now() - sent)
  if (took.length > 9) took.shift()
  const median = [...took].sort((a, b) => a - b)[Math.floor(took.length / 2)]
  byId('rtt').textContent = `${median < 10 ? median.toFixed(1) : Math.round(median)} ms`
})

// ---- The path

p2p.on(`/peer/${me}/cut`, (cut) => {
  document.body.dataset.cut = cut
  byId('cut').textContent = cut ? 'Mend the path' : 'Cut the path'
  byId('cut').disabled = false
  log(cut ? 'the direct path is cut: every packet on it is dropped' : 'the direct path is whole')
})
byId('cut').addEventListener('click', () => {
  tried(() => p2p.emit(to('path'), document.body.dataset.cut === 'true' ? 'mend' : 'cut'))
})
stage.on('path', ({ path, reason }) => {
  showPath(path)
  log(`values travel ${NAMES[path ?? 'none']}${reason ? `: ${reason.message}` : ''}`)
})
stage.on('disconnected', ({ reason }) => log(`the link has ended: ${reason.message}`))
stage.on('undelivered', ({ count: lost }) => log(`${lost} values may not have arrived`))
p2p.on('connected', () => log(`connected to the router as ${me}`))
p2p.on('disconnected', (reason) => log(`the router is away: ${reason}`))

await p2p.connect()
showPath('router')
const hello = () => tried(() => p2p.emit(to('hello'), life))
hello()
setInterval(hello, HELLO_EVERY)

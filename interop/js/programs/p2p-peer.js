// Our JavaScript peer in Node, driven by lines of JSON: p2p-peer.js <router> <id>
import { ClaspP2P } from '../clasp-p2p/src/index.js'
import { webSocket, wrtc } from './packages.js'
import { notationOf, serve, tell, valueOf } from './lines.js'

const [signaling, clientId] = process.argv.slice(2)
const p2p = new ClaspP2P({ signaling, clientId, wrtc: wrtc(), WebSocket: webSocket() })

for (const event of ['connecting', 'connected', 'disconnected', 'failed', 'path', 'restarted', 'missing', 'undelivered']) {
  p2p.on(`peer_${event}`, (peer, details) => tell(event, { peer: peer.id, ...details }))
}
p2p.on('peer_datachannel', (peer, { channel }) => hearChannel(peer.id, channel))
p2p.on('error', (error) => tell('error', { error: error.message }))

const channels = new Map()
let counter = null

function hearChannel(peer, channel) {
  channels.set(channel.label, channel)
  channel.onopen = () => tell('channel-open', { peer, label: channel.label })
  channel.onclose = () => tell('channel-closed', { peer, label: channel.label })
  channel.onmessage = ({ data }) => typeof data === 'string' && tell('channel-message', { peer, label: channel.label, data })
  if (channel.readyState === 'open') channel.onopen()
}

function hear(on, pattern) {
  on.on(pattern, (value, address, meta) => tell('heard', { address, value: notationOf(value), ...meta }))
}

await p2p.connect()

serve(
  {
    on: ({ pattern }) => hear(p2p, pattern),
    peerOn: ({ peer, pattern }) => hear(p2p.peer(peer), pattern),
    set: ({ address, value }) => p2p.set(address, valueOf(value)),
    emit: ({ address, value }) => p2p.emit(address, valueOf(value)),
    stream: ({ address, value }) => p2p.stream(address, valueOf(value)),
    gesture: ({ address, gesture, phase, value }) => p2p.gesture(address, gesture, phase, valueOf(value)),
    bundle: ({ messages }) =>
      p2p.bundle(messages.map(({ set, emit }) => (set ? { set: pair(set) } : { emit: pair(emit) }))),
    setOwn: ({ peer, address, value }) => p2p.peer(peer).set(address, valueOf(value)),
    getOwn: async ({ peer, address }) => notationOf(await p2p.peer(peer).get(address)),
    get: async ({ address }) => notationOf(await p2p.get(address)),
    link: async ({ peer }) => {
      await p2p.connectToPeer(peer)
    },
    unlink: ({ peer }) => p2p.peer(peer).disconnect(),
    unacknowledged: ({ peer }) => p2p.peer(peer).unacknowledged,
    /** Emits numbers, so many milliseconds apart, each once and in order. */
    count: ({ address, pause }) => {
      let next = 0
      counter = setInterval(() => p2p.emit(address, next) && next++, pause)
      counter.sent = () => next
    },
    stopCounting: () => {
      clearInterval(counter)
      return counter.sent()
    },
    openChannel: ({ peer, label, options }) => {
      hearChannel(peer, p2p.peer(peer).createDataChannel(label, options))
    },
    sendOnChannel: ({ label, data }) => channels.get(label).send(data)
  },
  () => p2p.close()
)

function pair([address, value]) {
  return [address, valueOf(value)]
}

tell('ready', { session: p2p.session })

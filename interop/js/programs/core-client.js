// CLASP's JavaScript client, driven by lines of JSON: core-client.js <router>
import { core, webSocket } from './packages.js'
import { notationOf, serve, tell, valueOf } from './lines.js'

globalThis.WebSocket ??= webSocket()
const { Clasp } = core()

const clasp = new Clasp(process.argv[2], { name: 'core', reconnect: false })
await clasp.connect()
const subscriptions = new Map()

serve(
  {
    on({ pattern }) {
      const end = clasp.on(pattern, (value, address, meta) => {
        const { revision } = meta ?? {}
        tell('heard', { pattern, address, value: notationOf(value), revision })
      })
      subscriptions.set(pattern, end)
    },
    off({ pattern }) {
      subscriptions.get(pattern)()
    },
    set({ address, value }) {
      clasp.set(address, valueOf(value))
    },
    emit({ address, value }) {
      clasp.emit(address, valueOf(value))
    },
    stream({ address, value }) {
      clasp.stream(address, valueOf(value))
    },
    gesture({ address, gesture, phase, value }) {
      clasp.gesture(address, gesture, phase, valueOf(value))
    },
    timeline({ address, keyframes }) {
      clasp.timeline(address, keyframes)
    },
    bundle({ messages }) {
      clasp.bundle(messages.map(({ set, emit }) => (set ? { set: pair(set) } : { emit: pair(emit) })))
    },
    async get({ address }) {
      return notationOf(await clasp.get(address))
    },
    cached({ address }) {
      return notationOf(clasp.cached(address))
    }
  },
  () => clasp.close()
)

function pair([address, value]) {
  return [address, valueOf(value)]
}

tell('ready', { session: clasp.session })

import { Console } from 'node:console'
import { createInterface } from 'node:readline'

// Standard output is for lines of JSON; libraries log beside it.
globalThis.console = new Console(process.stderr)

/** Prints an event as a line of JSON. */
export function tell(event, details = {}) {
  process.stdout.write(`${JSON.stringify({ event, ...details })}\n`)
}

/**
 * Does what lines of JSON on standard input ask for: `{"id": 1, "do": "set", …}`, each answered by
 * `done` with a result, or `failed` with an error. The end of input ends the program.
 */
export function serve(commands, close) {
  const input = createInterface(process.stdin)
  input.on('line', async (line) => {
    const { id, do: name, ...args } = JSON.parse(line)
    try {
      tell('done', { id, result: (await commands[name](args)) ?? null })
    } catch (e) {
      tell('failed', { id, error: `${e.name}: ${e.message}` })
    }
  })
  input.on('close', async () => {
    await close()
    process.exit()
  })
}

/** A value in a notation that tells all types apart. */
export function notationOf(value) {
  if (value === null || value === undefined) return { type: 'null' }
  switch (typeof value) {
    case 'boolean':
      return { type: 'bool', value }
    case 'number':
      return { type: 'number', value: Object.is(value, -0) ? '-0' : String(value) }
    case 'bigint':
      return { type: 'bigint', value: String(value) }
    case 'string':
      return { type: 'string', value }
  }
  if (value instanceof Uint8Array) return { type: 'bytes', value: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return { type: 'array', value: value.map(notationOf) }
  const entries = Object.entries(value).map(([key, entry]) => [key, notationOf(entry)])
  return { type: 'map', value: Object.fromEntries(entries) }
}

export function valueOf({ type, value }) {
  switch (type) {
    case 'null':
      return null
    case 'number':
      return Number(value)
    case 'bigint':
      return BigInt(value)
    case 'bytes':
      return Uint8Array.from(Buffer.from(value, 'hex'))
    case 'array':
      return value.map(valueOf)
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, valueOf(entry)]))
  }
  return value
}

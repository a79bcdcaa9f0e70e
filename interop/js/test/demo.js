import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const ROOT = new URL('../../../', import.meta.url).pathname

/** A command of `bin/clasp` that speaks JSON lines: what it prints first, and how to end it. */
export class Command {
  static async start(...args) {
    const command = new Command(args)
    await command.first
    return command
  }

  constructor(args) {
    this.lines = []
    this.#process = spawn(`${ROOT}bin/clasp`, [...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const reader = createInterface(this.#process.stdout)
    this.first = Promise.race([
      once(reader, 'line').then(([line]) => JSON.parse(line)),
      once(this.#process, 'exit').then(([code]) => {
        throw new Error(`clasp ${args.join(' ')} ended with ${code}`)
      })
    ])
    reader.on('line', (line) => {
      this.lines.push(JSON.parse(line))
      this.#wake()
    })
  }

  #process
  #waiting = []

  #wake() {
    for (const waiter of this.#waiting.splice(0)) waiter()
  }

  /** Waits until it has printed a line that meets a condition; returns the first one. */
  async line(condition) {
    for (;;) {
      const found = this.lines.find(condition)
      if (found !== undefined) return found
      await new Promise((resolve) => this.#waiting.push(resolve))
    }
  }

  async stop() {
    if (this.#process.exitCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await ended
  }
}

import { UnreachableError } from './errors.js'

/** Those who wait for values, by address; each for a bounded time. */
export class PendingGets {
  #clock
  #timeout
  #waiting = new Map()

  constructor(clock, timeout) {
    this.#clock = clock
    this.#timeout = timeout
  }

  /** Waits for a value that is asked for by `send`. */
  ask(address, send) {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject }
      const all = this.#waiting.get(address) ?? new Set()
      this.#waiting.set(address, all.add(waiter))
      const give = (error) => {
        this.#clock.clearTimeout(waiter.timer)
        all.delete(waiter)
        if (all.size === 0 && this.#waiting.get(address) === all) this.#waiting.delete(address)
        reject(error)
      }
      waiter.timer = this.#clock.setTimeout(
        () => give(new UnreachableError(`no answer for ${address} within ${this.#timeout} ms`)),
        this.#timeout
      )
      try {
        send()
      } catch (e) {
        give(e)
      }
    })
  }

  resolve(address, value) {
    this.#settle(address, (waiter) => waiter.resolve(value))
  }

  reject(address, error) {
    this.#settle(address, (waiter) => waiter.reject(error))
  }

  #settle(address, settle) {
    const all = this.#waiting.get(address) ?? []
    this.#waiting.delete(address)
    for (const waiter of all) {
      this.#clock.clearTimeout(waiter.timer)
      settle(waiter)
    }
  }

  end() {
    for (const address of [...this.#waiting.keys()]) this.reject(address, new UnreachableError('closed'))
  }
}

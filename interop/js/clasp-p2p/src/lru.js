/** A map that forgets what was used longest ago when it holds more than its bound. */
export class LruMap {
  #bound
  #entries = new Map()

  constructor(bound) {
    this.#bound = bound
  }

  get(key) {
    const value = this.#entries.get(key)
    if (value !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    return value
  }

  set(key, value) {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#bound) this.#entries.delete(this.#entries.keys().next().value)
  }

  delete(key) {
    return this.#entries.delete(key)
  }

  has(key) {
    return this.#entries.has(key)
  }

  entries() {
    return [...this.#entries]
  }
}

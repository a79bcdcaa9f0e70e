import { LruMap } from './lru.js'

/**
 * The newest value of each parameter, for `get` and for subscriptions that come later. A router's
 * memory may be older than what a peer has sent, and older than what the router has delivered.
 */
export class ValuesCache {
  #entries

  constructor(bound) {
    this.#entries = new LruMap(bound)
  }

  get(address) {
    return this.#entries.get(address)
  }

  entries() {
    return this.#entries.entries()
  }

  /** A value came live; false if a newer one came before. */
  live(address, value, meta) {
    const known = this.#entries.get(address)
    if (meta.revision !== undefined && known?.meta.revision > meta.revision) return false
    this.#entries.set(address, { value, meta })
    return true
  }

  /** A value came in a snapshot; false if it tells nothing new. */
  snapshot(address, value, meta) {
    const known = this.#entries.get(address)
    if (known !== undefined && (known.meta.peer !== null || known.meta.revision >= meta.revision)) {
      return false
    }
    this.#entries.set(address, { value, meta })
    return true
  }
}

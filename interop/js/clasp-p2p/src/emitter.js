/** Calls listeners by the name of an event; one that throws is reported, and the others run. */
export class Emitter {
  #listeners = new Map()

  on(event, listener) {
    if (typeof listener !== 'function') throw new TypeError('a listener must be a function')
    const all = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, all.add(listener))
    return () => all.delete(listener)
  }

  emit(event, ...args) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) guarded(listener, ...args)
  }
}

/** Runs code of the application: what it throws must not stop the network. */
export function guarded(code, ...args) {
  try {
    const result = code(...args)
    if (typeof result?.catch === 'function') result.catch(report)
  } catch (e) {
    report(e)
  }
}

/** As an exception that nobody caught in a task of its own, where consoles and tools see it. */
function report(error) {
  queueMicrotask(() => {
    if (typeof globalThis.reportError === 'function') globalThis.reportError(error)
    else console.error(error)
  })
}

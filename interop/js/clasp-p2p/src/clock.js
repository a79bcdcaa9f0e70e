/** Time as the platform has it: `now` is monotonic, `wall` of the calendar, both in milliseconds. */
export const platformClock = Object.freeze({
  now: () => performance.now(),
  wall: () => Date.now(),
  setTimeout: (task, delay) => setTimeout(task, delay),
  clearTimeout: (timer) => clearTimeout(timer),
  /** Browsers call the timers of a page that nobody sees once a second. */
  isThrottled: () => globalThis.document?.hidden === true
})

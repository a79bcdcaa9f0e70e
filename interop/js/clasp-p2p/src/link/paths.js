import { DirectPath } from './direct-path.js'
import { TICK } from './ticker.js'

/** Ends of a channel that say nothing about whether the next one lasts. */
const ON_PURPOSE = new Set(['local-close', 'remote-close', 'replaced', 'restarted'])

/**
 * The data channels to the peer, how far each is trusted, and the choice between them and the
 * router.
 */
export class Paths {
  #relapses = 0

  /** The channel that frames may take, or null. */
  direct = null

  /** Takes over when it has proven itself: a newer channel, or the one before. */
  standby = null

  constructor(context, standing, speaker, ticker, relay, outflow) {
    this.context = context
    this.standing = standing
    this.speaker = speaker
    this.ticker = ticker
    this.relay = relay
    this.outflow = outflow
  }

  of(channel) {
    if (this.direct?.channel === channel) return this.direct
    return this.standby?.channel === channel ? this.standby : null
  }

  // ---- Channels come and go

  attach(channel) {
    const path = new DirectPath(this.context, channel)
    this.standby?.leave()
    if (this.direct?.state === 'active') {
      this.standby = path
    } else {
      this.standby = this.direct
      this.direct = path
    }
    return path
  }

  detach(channel, cause, steps) {
    const path = this.of(channel)
    if (path === null) return
    path.leave()
    if (path === this.standby) {
      this.standby = null
      return
    }
    if (path.state === 'active' && !ON_PURPOSE.has(cause.code)) this.#relapsed(path)
    this.direct = this.standby
    this.standby = null
    this.decide(steps, cause)
  }

  /** The peer lives anew: channels on which the life before has spoken end with it. */
  peerRestarted(lifeBefore, cause, steps) {
    const left = [this.direct, this.standby].filter((path) => {
      if (path === null || path.spokenBy !== lifeBefore) return path !== null
      path.leave()
      steps.push(() => this.context.host.failed(path.channel, cause))
      return false
    })
    this.direct = left[0] ?? null
    this.standby = left[1] ?? null
  }

  end() {
    this.direct?.leave()
    this.standby?.leave()
    this.direct = null
    this.standby = null
  }

  // ---- What they show

  connectivity(channel, connected, steps) {
    const path = this.of(channel)
    if (path === null) return
    path.isDisconnected = !connected
    if (!connected) {
      this.#suspect(path, { code: 'ice-failed', message: 'packets stay without an answer' }, steps)
    } else if (path.state === 'suspect') {
      this.speaker.ping(path)
      this.ticker.arm()
    }
  }

  receipt(path, count, now, steps) {
    if (!path.monitor.receipt(count, now)) return
    const heals = path.state === 'suspect' && !path.isDisconnected && !path.monitor.isSilent(now)
    if (path.state === 'open' || heals) path.prove(now, this.#hold())
    if (heals) this.speaker.ping(path)
    this.decide(steps, null)
  }

  /** How long a channel must prove itself after relapses; none before the first. */
  #hold() {
    const { min, max } = this.context.options.stability
    return this.#relapses === 0 ? 0 : Math.min(max, min * 2 ** (this.#relapses - 1))
  }

  #suspect(path, cause, steps) {
    if (path.state === 'suspect') return
    const other = this.standby
    if (path === this.direct && (other?.state === 'proving' || other?.state === 'active')) {
      this.standby = path
      this.direct = other
    }
    this.#relapsed(path)
    path.suspect(this.context.now())
    this.ticker.arm()
    this.decide(steps, cause)
  }

  #relapsed(path) {
    const { max } = this.context.options.stability
    const lasted = path.state === 'active' && this.context.now() - path.since >= max
    this.#relapses = lasted ? 1 : this.#relapses + 1
  }

  // ---- The choice

  decide(steps, cause) {
    if (!this.standing.is('established')) return
    const now = this.context.now()
    this.#takeOver(now, steps)
    const path = this.direct
    if (path !== null && trust(path, now)) steps.push(() => this.context.host.trusted(path.channel))
    if (this.relay.isUp && this.context.mayRelay() && path?.state !== 'active') {
      this.#take('router', null, steps, cause)
    } else {
      // Nothing better than a doubtful channel: it may heal.
      const best = hasCarried(path) ? path : hasCarried(this.standby) ? this.standby : null
      this.#take(best === null ? null : 'p2p', best, steps, cause)
    }
    this.outflow.pump()
  }

  #take(route, through, steps, cause) {
    if (this.outflow.isRouted(route, through)) return
    this.outflow.routeBy(route, through)
    steps.push(() => this.context.host.pathChanged(route, through?.channel ?? null, cause))
  }

  /** One that has proven itself takes over; the other stays until its owner closes it. */
  #takeOver(now, steps) {
    const proven = this.standby
    if (proven !== null && trust(proven, now)) {
      this.standby = this.direct
      this.direct = proven
      steps.push(() => this.context.host.trusted(proven.channel))
    }
  }

  // ---- Time

  watch(now, steps) {
    const slept = this.ticker.isLate(now)
    for (const path of [this.direct, this.standby]) {
      if (path === null) continue
      // This page stood still, and receipts may be waiting to be read.
      if (slept) path.monitor.forgive(now)
      this.#watch(path, now, steps)
    }
    this.decide(steps, null)
  }

  #watch(path, now, steps) {
    const { monitor } = path
    const { options } = this.context
    if (path.hasFailed()) {
      this.#suspect(path, { code: 'channel-closed', message: 'the channel takes nothing' }, steps)
    } else if (path.state !== 'open' && monitor.isSilent(now)) {
      const message = `no receipt for ${Math.round(monitor.limit())} ms`
      this.#suspect(path, { code: 'silent', message }, steps)
    }
    const patience = monitor.isProven ? options.disconnectGrace : options.connectTimeout
    const doubtful = path.state === 'suspect' || path.state === 'open'
    if (doubtful && now - path.since >= patience) {
      const cause = { code: 'silent', message: `nothing came through for ${patience} ms` }
      steps.push(() => this.context.host.failed(path.channel, cause))
      return
    }
    if (!monitor.isWaiting() && now - monitor.lastSent >= this.#heartbeat(path)) {
      this.speaker.ping(path)
    }
  }

  #heartbeat(path) {
    if (path.state !== 'active') return 2 * TICK
    const interval = this.context.options.heartbeatInterval
    // Sides that asked at the same time would do so again and again, and answer each other twice.
    return this.standing.asksFirst() ? interval : interval * 1.25
  }

  /**
   * The peer asks whether this side is there. Where this side would ask soon as well, it asks in
   * its answer: three messages do for both then, rather than four.
   *
   * @return whether that is answered
   */
  answerWithHeartbeat(path, now) {
    const { monitor } = path
    if (path.isGone || path.state !== 'active' || monitor.isWaiting()) return false
    if (now - monitor.lastSent < this.context.options.heartbeatInterval / 2) return false
    this.speaker.ping(path)
    this.ticker.arm()
    return true
  }

  /** How long until an idle channel is to be asked whether it lives; null when there is none. */
  untilNextHeartbeat(now) {
    let soonest = null
    for (const path of [this.direct, this.standby]) {
      if (path === null) continue
      const left = path.monitor.lastSent + this.#heartbeat(path) - now
      soonest = Math.min(soonest ?? left, left)
    }
    return soonest === null ? null : Math.max(soonest, TICK)
  }

  /** Whether a channel needs to be looked at often. */
  isBusy() {
    return this.direct !== null && (this.direct.state !== 'active' || this.direct.monitor.isWaiting())
  }
}

function hasCarried(path) {
  return path !== null && path.state !== 'open'
}

function trust(path, now) {
  if (path.state !== 'proving' || !path.isStable(now)) return false
  path.activate(now)
  return true
}

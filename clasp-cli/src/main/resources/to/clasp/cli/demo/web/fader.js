const STEP = 0.02

/** A fader: what it shows, and what moves it. */
export class Fader {
  #track
  #fill
  #tick
  #label
  #took
  #sentAt = null
  #holding = false
  value = 0.5

  /** @param moved called with the fader when the user has moved it */
  constructor(number, moved) {
    this.number = number
    this.element = document.createElement('div')
    this.element.className = 'fader'
    this.element.id = `fader-${number}`
    this.element.tabIndex = 0
    this.element.setAttribute('role', 'slider')
    this.element.setAttribute('aria-label', `Fader ${number + 1}`)
    this.element.setAttribute('aria-orientation', 'vertical')
    this.element.setAttribute('aria-valuemin', '0')
    this.element.setAttribute('aria-valuemax', '100')
    this.#track = this.#part('track', this.element)
    this.#fill = this.#part('fill', this.#track)
    this.#tick = this.#part('tick', this.#track)
    this.#label = this.#part('value', this.element)
    this.#took = this.#part('took', this.element)
    this.#listen(moved)
    this.#show(0.5)
  }

  #part(name, parent) {
    const part = document.createElement('div')
    part.className = name
    parent.append(part)
    return part
  }

  #listen(moved) {
    const { element } = this
    const move = (value) => {
      this.#show(Math.min(1, Math.max(0, value)))
      moved(this)
    }
    const drag = ({ clientY }) => {
      const { top, height } = this.#track.getBoundingClientRect()
      move(1 - (clientY - top) / height)
    }
    element.addEventListener('pointerdown', (event) => {
      element.setPointerCapture(event.pointerId)
      this.#holding = true
      drag(event)
    })
    element.addEventListener('pointermove', (event) => this.#holding && drag(event))
    for (const end of ['pointerup', 'pointercancel']) {
      element.addEventListener(end, () => {
        this.#holding = false
      })
    }
    element.addEventListener('keydown', (event) => {
      const step = { ArrowUp: STEP, ArrowRight: STEP, ArrowDown: -STEP, ArrowLeft: -STEP }[event.key]
      if (step === undefined) return
      event.preventDefault()
      move(this.value + step)
    })
  }

  #show(value) {
    this.value = value
    const percent = Math.round(value * 100)
    this.#fill.style.transform = `scaleY(${value})`
    this.#label.textContent = percent
    this.element.setAttribute('aria-valuenow', percent)
  }

  /** What the user has done was sent by a path. */
  sent(path, now) {
    this.element.dataset.path = path
    this.#sentAt ??= now
  }

  /** Java has heard a value, by a path. */
  heard(value, path, now) {
    this.#tick.style.display = 'block'
    this.#tick.style.bottom = `${value * 100}%`
    this.element.dataset.path = path
    this.element.dataset.heard = value
    if (this.#sentAt !== null) {
      const took = now - this.#sentAt
      this.#sentAt = null
      this.#took.textContent = `${took < 10 ? took.toFixed(1) : Math.round(took)} ms`
    }
  }

  /** Java has moved it, unless the user holds it. */
  playedBy(value, path) {
    if (this.#holding) return
    this.element.dataset.path = path
    this.#took.textContent = path === 'p2p' ? 'direct' : 'router'
    this.#tick.style.display = 'none'
    this.#show(value)
  }
}

const POINTS = 240
const COLOURS = { p2p: '#3ddc97', router: '#ffb454' }

/** The newest points of a curve, each in the colour of the path that it took. */
export class Graph {
  #canvas
  #context
  #points = []
  #due = false

  constructor(canvas) {
    this.#canvas = canvas
    this.#context = canvas.getContext('2d')
    new ResizeObserver(() => this.#fit()).observe(canvas)
  }

  /** As many pixels as the screen has. */
  #fit() {
    this.#canvas.width = Math.round(this.#canvas.clientWidth * devicePixelRatio)
    this.#canvas.height = Math.round(this.#canvas.clientHeight * devicePixelRatio)
    if (this.#points.length > 0) this.#draw()
  }

  add(height, path) {
    this.#points.push({ height, path })
    if (this.#points.length > POINTS) this.#points.shift()
    if (this.#due) return
    this.#due = true
    requestAnimationFrame(() => {
      this.#due = false
      this.#draw()
    })
  }

  #draw() {
    const { width, height } = this.#canvas
    const context = this.#context
    context.clearRect(0, 0, width, height)
    context.strokeStyle = '#1d2631'
    context.lineWidth = devicePixelRatio
    for (let i = 1; i < 4; i++) this.#line(0, (height * i) / 4, width, (height * i) / 4)
    context.lineWidth = 3.5 * devicePixelRatio
    context.lineCap = 'round'
    const x = (i) => width - 14 - ((this.#points.length - 1 - i) * (width - 28)) / (POINTS - 1)
    const y = (i) => height * (1 - this.#points[i].height)
    for (let i = 1; i < this.#points.length; i++) {
      context.strokeStyle = COLOURS[this.#points[i].path]
      this.#line(x(i - 1), y(i - 1), x(i), y(i))
    }
    const last = this.#points.length - 1
    context.fillStyle = COLOURS[this.#points[last].path]
    context.beginPath()
    context.arc(x(last), y(last), 7 * devicePixelRatio, 0, 2 * Math.PI)
    context.fill()
  }

  #line(fromX, fromY, toX, toY) {
    this.#context.beginPath()
    this.#context.moveTo(fromX, fromY)
    this.#context.lineTo(toX, toY)
    this.#context.stroke()
  }
}

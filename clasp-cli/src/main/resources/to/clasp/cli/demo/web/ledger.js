/** Counts numbered values: received, lost, repeated, and by which path; shown in a row of a table. */
export class Ledger {
  #cells
  #expected = null
  #counts = { received: 0, lost: 0, repeated: 0, direct: 0 }

  constructor(row) {
    this.#cells = [...row.querySelectorAll('td')]
  }

  received(number, path) {
    const counts = this.#counts
    this.#expected ??= number
    if (number < this.#expected) {
      counts.repeated++
    } else {
      counts.lost += number - this.#expected
      this.#expected = number + 1
      counts.received++
      if (path === 'p2p') counts.direct++
    }
    this.show(counts)
  }

  show({ received, lost, repeated, direct }) {
    const shown = [received, lost, repeated, direct, received - direct]
    shown.forEach((count, i) => {
      this.#cells[i].textContent = count
    })
    for (const i of [1, 2]) this.#cells[i].classList.toggle('bad', shown[i] > 0)
  }
}

/** Cuts of a window; what fell into one leaves it all at once. */
const cuts = 300

/** A sum of what came in the last `width` milliseconds. */
export class SlidingWindow {
  readonly #amounts = new Float64Array(cuts)
  readonly #cutMs: number
  /** The cut that is written now, counted from the epoch. */
  #newest = 0
  #sum = 0

  constructor(width: number) {
    this.#cutMs = width / cuts
  }

  add(at: number, amount: number): void {
    this.#moveTo(at)
    const index = this.#newest % cuts
    this.#amounts[index] = (this.#amounts[index] ?? 0) + amount
    this.#sum += amount
  }

  sum(at: number): number {
    this.#moveTo(at)
    return this.#sum
  }

  /** Milliseconds until the sum is below `limit`, when nothing more comes. */
  msUntilBelow(at: number, limit: number): number {
    this.#moveTo(at)
    let left = this.#sum
    for (let age = cuts - 1; age >= 0 && left >= limit; age -= 1) {
      const cut = this.#newest - age
      if (cut < 0) continue
      left -= this.#amounts[cut % cuts] ?? 0
      if (left < limit) return (cut + cuts) * this.#cutMs - at
    }
    return 0
  }

  #moveTo(at: number): void {
    const cut = Math.floor(at / this.#cutMs)
    if (cut === this.#newest) return
    // A clock that was put back begins a new window: nothing can be said of times that have not been.
    if (cut < this.#newest || cut - this.#newest >= cuts) {
      this.#amounts.fill(0)
      this.#sum = 0
    } else {
      for (let each = this.#newest + 1; each <= cut; each += 1) {
        this.#sum -= this.#amounts[each % cuts] ?? 0
        this.#amounts[each % cuts] = 0
      }
    }
    this.#newest = cut
  }
}

import type { ReadTransaction, Row } from './store.ts'

/** Rows that are kept of one environment, and characters that a kept row may have: many environments live in one process. */
const mostRows = 32
const longestRow = 4000

/** The rows that were read last, until the environment is next written: a client that polls reads one row over and over. */
export class RowMemory {
  readonly #rows = new Map<string, Row>()

  get(table: string, id: string, ground: ReadTransaction): Row | undefined {
    const key = `${table} ${id}`
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = ground.get(table, id)
    if (row !== undefined && JSON.stringify(row).length <= longestRow) {
      if (this.#rows.size >= mostRows) this.#rows.clear()
      this.#rows.set(key, row)
    }
    return row
  }

  clear(): void {
    if (this.#rows.size > 0) this.#rows.clear()
  }
}

import type { ReadTransaction, Row } from './store.ts'

/** Characters, about, of the rows that all environments of one process keep together: a process may have hundreds of environments. */
const mostCharacters = 16_000_000
/** Of one table: no table may push out all others. */
const mostOfTable = mostCharacters / 16
/** What a kept table and a kept row take by themselves. */
const tableCharacters = 400
const rowCharacters = 100

interface Kept {
  readonly byId: Map<string, Row>
  list: readonly Row[] | undefined
  characters: number
}

/** The rows that were read last, until their table is next written: clients that poll read the same few over and over. */
export class RowMemory {
  /** By environment and table; what was used last stands last. */
  readonly #tables = new Map<string, Kept>()
  #characters = 0

  get(environment: string, table: string, id: string, ground: ReadTransaction): Row | undefined {
    const key = `${environment} ${table}`
    const known = this.#tables.get(key)?.byId.get(id)
    if (known !== undefined) return known
    const row = ground.get(table, id)
    if (row !== undefined) this.#keep(key, charactersOf(row), (kept) => void kept.byId.set(id, row))
    return row
  }

  list(environment: string, table: string, ground: ReadTransaction): readonly Row[] {
    const key = `${environment} ${table}`
    const known = this.#tables.get(key)
    if (known?.list !== undefined) {
      this.#tables.delete(key)
      this.#tables.set(key, known)
      return known.list
    }
    const rows = ground.list(table)
    this.#keep(key, charactersOfAll(rows), (kept) => {
      kept.list = rows
    })
    return rows
  }

  forget(environment: string, tables: Iterable<string>): void {
    for (const table of tables) this.#drop(`${environment} ${table}`)
  }

  forgetAll(environment: string): void {
    for (const key of this.#tables.keys()) if (key.startsWith(`${environment} `)) this.#drop(key)
  }

  #keep(key: string, characters: number, add: (kept: Kept) => void): void {
    if (characters > mostOfTable) return
    const old = this.#tables.get(key)
    this.#drop(key)
    const isFull = old === undefined || old.characters + characters > mostOfTable
    const kept: Kept = isFull ? { byId: new Map(), list: undefined, characters: tableCharacters } : old
    add(kept)
    kept.characters += characters
    this.#tables.set(key, kept)
    this.#characters += kept.characters
    for (const oldest of this.#tables.keys()) {
      if (this.#characters <= mostCharacters) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const kept = this.#tables.get(key)
    if (kept === undefined) return
    this.#tables.delete(key)
    this.#characters -= kept.characters
  }
}

function charactersOf(row: Row): number {
  let sum = rowCharacters
  for (const value of Object.values(row)) {
    if (typeof value === 'string') sum += value.length
    else if (typeof value === 'object' && value !== null) sum += JSON.stringify(value).length
    else sum += 8
  }
  return sum
}

// Stops where it is known to be too much.
function charactersOfAll(rows: readonly Row[]): number {
  let sum = 0
  for (const row of rows) {
    sum += charactersOf(row)
    if (sum > mostOfTable) return sum
  }
  return sum
}

import { createHash } from 'node:crypto'
import type { Blobs } from './blobs.ts'
import type { Row } from './store.ts'

/** Names the definition of a row that is stored without it. */
const definitionKey = '~definition'

/** Characters, about, of the definitions that one process keeps read. */
const mostCharacters = 8_000_000

/**
 * Columns that rows of many environments have in common: the same solution in a hundred environments defines the same columns a hundred
 * times. A row keeps its own values and the name of its definition; a definition is written once for all.
 */
export class Definitions {
  readonly #blobs: Blobs
  /** What was read last stands last. */
  readonly #read = new Map<string, { readonly columns: Row; readonly characters: number }>()
  #characters = 0

  constructor(blobs: Blobs) {
    this.#blobs = blobs
  }

  /** The row as it is stored, beside its definition; to be called inside a transaction. */
  detach(row: Row, definition: Row): Row {
    return { ...row, [definitionKey]: this.#store(definition) }
  }

  /** The whole row. */
  attach(stored: Row): Row {
    const digest = stored[definitionKey]
    if (typeof digest !== 'string') return stored
    const { [definitionKey]: _digest, ...own } = stored
    return { ...this.#load(digest), ...own }
  }

  #store(definition: Row): string {
    const known = digests.get(definition)
    if (known?.blobs === this.#blobs && known.failures === this.#blobs.failures) return known.digest
    const bytes = Buffer.from(JSON.stringify(definition))
    const digest = this.#blobs.put(bytes, createHash('sha256').update(bytes).digest('hex'))
    digests.set(definition, { digest, blobs: this.#blobs, failures: this.#blobs.failures })
    return digest
  }

  #load(digest: string): Row {
    const known = this.#read.get(digest)
    if (known !== undefined) return known.columns
    const bytes = this.#blobs.get(digest)
    if (bytes === undefined) throw new Error(`The store lost the definition ${digest}.`)
    const text = Buffer.from(bytes).toString('utf8')
    const columns = JSON.parse(text) as Row // only this class writes definitions
    this.#read.set(digest, { columns, characters: text.length })
    this.#characters += text.length
    for (const [oldest, { characters }] of this.#read) {
      if (this.#characters <= mostCharacters) break
      this.#read.delete(oldest)
      this.#characters -= characters
    }
    return columns
  }
}

interface Known {
  readonly digest: string
  /** Where it is, unless a transaction has failed there since. */
  readonly blobs: Blobs
  readonly failures: number
}

/** Of definitions at hand: a solution file goes into one environment after the other. */
const digests = new WeakMap<Row, Known>()

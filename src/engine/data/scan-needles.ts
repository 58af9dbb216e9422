import type { MaskedTable, PlannedMask } from '#domain/data'
import { isNumber, isText, leastTelling, parseJson } from '#domain/data'
import type { Row } from '#engine/ports'
import { createHashSet } from './scan-set.ts'
import { readingsOf } from './scan-texts.ts'
import type { HashSeed, Words } from './scan-tokens.ts'
import { createWords, plainText, readWords, stirHigh, stirLow } from './scan-tokens.ts'

/** Values that must not arrive, as hashes, and how they are found in texts. */
export interface Needles {
  readonly size: number
  readonly isFull: boolean
  /** Takes in what the rules protect of one row. */
  protect(table: MaskedTable, row: Row): void
  /** `table.column` of a protected value that a text holds, whole or among other words; undefined: it holds none. */
  findIn(text: string): string | undefined
  /** Whether a column of a row has the value that it has in the source. */
  isSame(of: { readonly table: string; readonly id: string; readonly column: string; readonly value: unknown }): boolean
}

/** Words of a longer text are taken in parts of so many: whoever copies eleven words of it has copied one of them whole. */
const partOf = 6
/** A value of so many words at most is looked for as a whole. */
const longestWhole = 8
/** Shorter single words are in too many texts to tell anything. */
const shortestWord = 5
const shortestNumber = 7
/** Bits of a masked form below which masked values meet others by chance. */
const tellingBits = 60

/** Bounded memory: of more values than `atMost` the rest is left out, and `isFull` tells. */
export function createNeedles(of: {
  readonly seed: HashSeed
  readonly atMost: number
  /** Words that fakes are made of. */
  isOrdinary(word: string): boolean
}): Needles {
  const { seed, isOrdinary } = of
  const set = createHashSet(of.atMost)
  const places = createPlaces()
  const words = createWords()
  const owns = createOwnHashes(seed)
  // Which lengths there are: only those are looked for.
  const lengths = new Uint8Array(longestWhole + 1)

  function addWindow(first: number, count: number, from: number): void {
    const { low, high } = windowHash(words, first, count)
    set.add(low, high, from)
    lengths[count] = 1
  }

  function protectValue({ rule }: PlannedMask, value: string, from: number): void {
    const isName = rule.kind === 'fake' && names.has(rule.provider)
    const json = parseJson(value)
    if (json !== undefined) {
      for (const leaf of leavesOf(json.value)) protectText(String(leaf), from, false)
      return
    }
    for (const reading of readingsOf(value)) protectText(reading, from, isName)
    // An address in a longer text is copied alone, too.
    if (value.includes('@')) for (const [address] of value.matchAll(addresses)) protectText(address, from, false)
  }

  function protectText(text: string, from: number, isName: boolean): void {
    readWords(words, text, seed)
    const { count } = words
    if (count === 0) return
    if (count === 1) {
      if (isTellingWord(words, isName, isOrdinary)) addWindow(0, 1, from)
    } else if (count <= longestWhole) {
      if (totalLength(words) >= shortestWord) addWindow(0, count, from)
    } else {
      for (let first = 0; first + partOf <= count; first += partOf) addWindow(first, partOf, from)
      addWindow(count - partOf, partOf, from)
    }
    addNumbers(words, seed, (low, high) => set.add(low, high, from))
  }

  function find(text: string): number {
    readWords(words, text, seed)
    const { count } = words
    for (let first = 0; first < count; first++) {
      let low = windowLow
      let high = windowHigh
      const longest = Math.min(longestWhole, count - first)
      for (let length = 1; length <= longest; length++) {
        low = stirLow(low, words.low[first + length - 1] ?? 0)
        high = stirHigh(high, words.high[first + length - 1] ?? 0)
        if (lengths[length] === 0) continue
        const from = set.find(low, high)
        if (from >= 0) return from
      }
    }
    let from = -1
    addNumbers(words, seed, (low, high) => {
      if (from < 0) from = set.find(low, high)
    })
    return from
  }

  return {
    get size() {
      return set.size
    },
    get isFull() {
      return set.isFull
    },
    protect({ table, masks }, row) {
      const id = String(row[table.primaryId])
      for (const mask of masks) {
        const value = row[mask.column.name]
        if (!isProtected(mask) || value === undefined || value === null) continue
        const from = places.numberOf(`${table.table}.${mask.column.name}`)
        const own = owns.of({ table: table.table, id, column: mask.column.name, value })
        if (own !== undefined) set.add(own.low, own.high, from)
        if (typeof value === 'string' && isTelling(mask, value)) protectValue(mask, value, from)
      }
    },
    findIn(text) {
      for (const reading of readingsOf(text)) {
        const from = find(reading)
        if (from >= 0) return places.nameOf(from)
      }
      return undefined
    },
    isSame({ table, id, column, value }) {
      const hash = owns.of({ table, id, column, value })
      return hash !== undefined && set.find(hash.low, hash.high) >= 0
    },
  }
}

/** Numbers for `table.column`, small enough for a set of hashes; more than there are numbers for are told as the last one. */
function createPlaces(): { numberOf(name: string): number; nameOf(number: number): string | undefined } {
  const names: string[] = []
  const numbers = new Map<string, number>()
  return {
    numberOf(name) {
      const known = numbers.get(name)
      if (known !== undefined) return known
      const number = Math.min(names.length, 65_000)
      names[number] = name
      numbers.set(name, number)
      return number
    },
    nameOf: (number) => names[number],
  }
}

/** Whether values of a column must not arrive. Lookups, choices and ids say nothing by themselves. */
export function isProtected({ column, rule }: PlannedMask): boolean {
  return rule.kind !== 'keep' && (isText(column) || isNumber(column) || column.type === 'DateTime')
}

/** Whether finding a value anywhere proves that it came from its row. */
function isTelling({ column, rule, isUnique }: PlannedMask, value: string): boolean {
  if (!isText(column)) return false
  if (rule.kind === 'fake' && leastTelling.has(rule.provider)) return false
  return !isUnique || rule.kind !== 'mask' || bitsOf(value) >= tellingBits
}

/** About how many forms there are of a value's length: digits 3.3 bits, letters 4.7. */
function bitsOf(value: string): number {
  let bits = 0
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) bits += 3.3
    else if (code >= 0x41) bits += 4.7
  }
  return bits
}

const windowLow = 0x2545f491
const windowHigh = 0x27220a95

function windowHash(words: Words, first: number, count: number): HashSeed {
  let low = windowLow
  let high = windowHigh
  for (let at = first; at < first + count; at++) {
    low = stirLow(low, words.low[at] ?? 0)
    high = stirHigh(high, words.high[at] ?? 0)
  }
  return { low, high }
}

const names: ReadonlySet<string> = new Set(['last-name', 'full-name', 'company', 'username'])
const addresses = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g

/** A single word tells something when it is a name that no fake is made of, or has digits, as codes have; others are words of a language. */
function isTellingWord(words: Words, isName: boolean, isOrdinary: (word: string) => boolean): boolean {
  const length = words.lengths[0] ?? 0
  if (length < shortestWord) return false
  const start = words.starts[0] ?? 0
  const word = words.text.slice(start, start + length)
  return isName ? !isOrdinary(word) : /\d/.test(word)
}

/** Texts and numbers in a value of JSON; its keys are names of fields and stay. */
function leavesOf(value: unknown): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(leavesOf)
}

function totalLength(words: Words): number {
  let sum = 0
  for (let at = 0; at < words.count; at++) sum += words.lengths[at] ?? 0
  return sum
}

/** Numbers that are written in groups, as those of telephones and accounts are: all groups that follow one another, as one. */
function addNumbers(words: Words, seed: HashSeed, add: (low: number, high: number) => void): void {
  for (let first = 0; first < words.count; first++) {
    if (words.areDigits[first] === 0 || (first > 0 && words.areDigits[first - 1] === 1)) continue
    let last = first
    let digits = words.lengths[first] ?? 0
    while (last + 1 < words.count && words.areDigits[last + 1] === 1) {
      last++
      digits += words.lengths[last] ?? 0
    }
    if (digits < shortestNumber) continue
    let low = ~seed.low
    let high = ~seed.high
    const end = (words.starts[last] ?? 0) + (words.lengths[last] ?? 0)
    for (let at = words.starts[first] ?? 0; at < end; at++) {
      const code = words.text.charCodeAt(at)
      if (code < 0x30 || code > 0x39) continue
      low = stirLow(low, code)
      high = stirHigh(high, code)
    }
    add(low, high)
  }
}

interface OwnValue {
  readonly table: string
  readonly id: string
  readonly column: string
  readonly value: unknown
}

/** Hashes of a value in its place. */
interface OwnHashes {
  of(own: OwnValue): HashSeed | undefined
}

/** What is the same for all values of a row, or of a column, is reckoned once. */
function createOwnHashes(seed: HashSeed): OwnHashes {
  let row = { table: '', id: '', low: 0, high: 0 }
  const columns = new Map<string, HashSeed>()
  function columnHash(column: string): HashSeed {
    const known = columns.get(column)
    if (known !== undefined) return known
    const hash = hashOn({ low: ~seed.low, high: seed.high }, column)
    columns.set(column, hash)
    return hash
  }
  return {
    of({ table, id, column, value }) {
      const text = ownText(value)
      if (text === undefined) return undefined
      if (row.id !== id || row.table !== table)
        row = { table, id, ...hashOn(hashOn({ low: seed.low, high: ~seed.high }, table), id.toLowerCase()) }
      const place = columnHash(column)
      return hashOn({ low: row.low ^ place.low, high: row.high ^ place.high }, text)
    },
  }
}

/** Undefined for a value without letters or digits, which masking leaves as it is; of JSON only texts and numbers count. */
function ownText(value: unknown): string | undefined {
  const json = typeof value === 'string' ? parseJson(value) : undefined
  const text = plainText(json === undefined ? String(value) : leavesOf(json.value).join('\n'))
  return /[a-z0-9]/.test(text) || /[\p{L}\p{N}]/u.test(text) ? text : undefined
}

function hashOn({ low, high }: HashSeed, text: string): HashSeed {
  let one = low
  let other = high
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    one = stirLow(one, code)
    other = stirHigh(other, code)
  }
  return { low: one, high: other }
}

/** Characters that stand for one another: what is masked stays a digit, a capital, a small letter, and in its own script. */
export interface CharacterClass {
  readonly size: number
  /** Position of a UTF-16 unit in its class. */
  indexOf(code: number): number
  /** The unit at a position. */
  at(index: number): number
}

function range(first: number, last: number): CharacterClass {
  return { size: last - first + 1, indexOf: (code) => code - first, at: (index) => first + index }
}

function listed(characters: string): CharacterClass {
  return {
    size: characters.length,
    indexOf: (code) => characters.indexOf(String.fromCharCode(code)),
    at: (index) => characters.charCodeAt(index),
  }
}

const digits = range(0x30, 0x39)
const capitals = range(0x41, 0x5a)
const small = range(0x61, 0x7a)
const accentedCapitals = listed('ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞ')
const accentedSmall = listed('ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ')
const latinExtended = range(0x100, 0x17f)
const greek = listed('αβγδεζηθικλμνξοπρστυφχψω')
const greekCapitals = listed('ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ')
const cyrillicCapitals = range(0x410, 0x42f)
const cyrillic = range(0x430, 0x44f)
const hebrew = range(0x5d0, 0x5ea)
const arabic = range(0x628, 0x63a)
const kana = range(0x3041, 0x3093)
const katakana = range(0x30a1, 0x30f3)
const han = range(0x4e00, 0x9fa5)
const hangul = range(0xac00, 0xd7a3)

const wide: readonly (readonly [number, number, CharacterClass])[] = [
  [0x100, 0x17f, latinExtended],
  [0x410, 0x42f, cyrillicCapitals],
  [0x430, 0x44f, cyrillic],
  [0x5d0, 0x5ea, hebrew],
  [0x628, 0x63a, arabic],
  [0x3041, 0x3093, kana],
  [0x30a1, 0x30f3, katakana],
  [0x4e00, 0x9fa5, han],
  [0xac00, 0xd7a3, hangul],
]

/** The class of a unit; undefined for what stays: spaces and marks. Letters of no class of their own become small letters. */
export function classOf(code: number): CharacterClass | undefined {
  if (code < 0x80) {
    if (code >= 0x30 && code <= 0x39) return digits
    if (code >= 0x61 && code <= 0x7a) return small
    if (code >= 0x41 && code <= 0x5a) return capitals
    return undefined
  }
  for (const each of [accentedCapitals, accentedSmall, greek, greekCapitals]) if (each.indexOf(code) >= 0) return each
  const found = wide.find(([first, last]) => code >= first && code <= last)
  if (found !== undefined) return found[2]
  return undefined
}

const letter = /[\p{L}\p{N}\p{S}\p{M}\p{Cs}\p{Co}]/u

/** Whether a unit that is of no class says something nevertheless, as letters of other scripts and halves of pairs do. */
export function saysSomething(code: number): boolean {
  return code >= 0x80 && letter.test(String.fromCharCode(code))
}

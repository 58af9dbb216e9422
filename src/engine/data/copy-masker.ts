import type { Draw, MaskedTable, MaskingRule, PlannedMask } from '#domain/data'
import { fitIban, fitLuhn, isNumber, isText, maskLetters, maskNumber, maskText, maskUnique, parseJson, uniqueTail } from '#domain/data'
import type { Masks, Row, RowReference } from '#engine/ports'

/** What the rules make of a row; nothing of what they protect is in it. */
export type RowMasker = (row: Row) => Row

export interface MaskerFacts {
  readonly masked: MaskedTable
  readonly masks: Masks
  /** Of fakes, where a rule names none. */
  readonly locale: string
  /** Whether a text holds a value that must not arrive: then another fake is taken. */
  holdsProtected(text: string): boolean
  /** Whether what a lookup points to is copied as well. */
  isCopied(reference: RowReference): boolean
}

/** So often another fake is tried before one is taken that is made of nothing but a digest. */
const triesAtMost = 25
const dayMs = 86_400_000
/** Dates move by half a year at the most, so that they stay of their time. */
const daysAtMost = 180

/** Masks row by row; the same value becomes the same fake in every table that has the same rule for it. */
export function createRowMasker(facts: MaskerFacts): RowMasker {
  const { masked } = facts
  const works = masked.masks.map((mask) => ({ name: mask.column.name, work: maskerOf(facts, mask) }))
  return (row) => {
    const result: Record<string, unknown> = {}
    for (const { name, work } of works) {
      const value = row[name]
      if (value === undefined || value === null) continue
      const other = work(value)
      if (other !== undefined) result[name] = other
    }
    return result
  }
}

type Work = (value: unknown) => unknown

function maskerOf(facts: MaskerFacts, mask: PlannedMask): Work {
  const { column, rule } = mask
  if (rule.kind === 'null') return () => undefined
  if (rule.kind === 'keep') return (value) => (isReference(value) && !facts.isCopied(value) ? undefined : value)
  if (isNumber(column)) return (value) => (typeof value === 'number' ? otherNumber(facts, mask, value) : undefined)
  if (column.type === 'DateTime') return (value) => otherDate(facts, mask, String(value))
  // A rule that masks fits texts, numbers and dates alone: planning has seen to that.
  return (value) => (isText(column) ? otherText(facts, mask, String(value)) : undefined)
}

function otherText(facts: MaskerFacts, mask: PlannedMask, value: string): string {
  const { masks } = facts
  const { rule, column, isUnique } = mask
  const same = normal(value)
  if (rule.kind === 'hash') return masks.digest('hash', same).slice(0, Math.min(column.maxLength ?? longestHash, longestHash))
  if (isUnique) return uniqueText(facts, mask, value)
  for (let attempt = 0; attempt < triesAtMost; attempt++) {
    const text = tryText(facts, mask, { value, same, attempt })
    if (normal(text) !== same && !facts.holdsProtected(text)) return text
  }
  return lastText(masks.digest('last', same), mask, value)
}

const longestHash = 32

function tryText(
  facts: MaskerFacts,
  { rule, column }: PlannedMask,
  of: { readonly value: string; readonly same: string; readonly attempt: number },
): string {
  const draw = facts.masks.draw(`${purposeOf(rule, facts.locale)} ${of.attempt}`, of.same)
  if (rule.kind !== 'fake') return checked(rule, maskText(of.value, draw, column.maxLength), of.value, draw)
  const text = facts.masks.fake({ provider: rule.provider, locale: rule.locale ?? facts.locale, draw })
  return fitFake(text, rule.provider, column.maxLength ?? text.length)
}

/** Check digits that fit; of an account number the country stays, on which its form depends. */
function checked(rule: MaskingRule, masked: string, value: string, draw: () => number): string {
  if (rule.kind !== 'mask' || rule.check === undefined) return masked
  if (rule.check === 'luhn') return fitLuhn(masked)
  return fitIban(value.slice(0, 2) + maskLetters(value.slice(2), draw))
}

function fitFake(text: string, provider: string, room: number): string {
  if (text.length <= room) return text
  if (provider !== 'email') return text.slice(0, room).trimEnd()
  const domain = text.slice(text.lastIndexOf('@'))
  return room > domain.length ? text.slice(0, room - domain.length) + domain : text.slice(0, room).replace('@', '.')
}

/** Different values stay different: a permutation of their form, or a fake with a tail that no other has. */
function uniqueText(facts: MaskerFacts, { rule, column }: PlannedMask, value: string): string {
  const { masks, locale } = facts
  const same = normal(value)
  const room = column.maxLength ?? Number.MAX_SAFE_INTEGER
  const tail = masks.digest('unique', same).slice(0, uniqueTail)
  const email = '@example.com'
  if (rule.kind === 'fake') {
    const text = masks.fake({ provider: rule.provider, locale: rule.locale ?? locale, draw: masks.draw(purposeOf(rule, locale), same) })
    if (rule.provider !== 'email') return `${text.slice(0, Math.max(0, room - uniqueTail - 1))} ${tail}`.trim()
    const name = text.slice(0, text.indexOf('@')).slice(0, Math.max(0, room - uniqueTail - email.length - 1))
    return name === '' ? tail + email : `${name}.${tail}${email}`
  }
  if (value.includes('@') && room >= uniqueTail + email.length) return tail + email
  const permuted = maskUnique(value, (text, size) => masks.below('permute', text, size))
  return permuted ?? tail.slice(0, Math.max(1, Math.min(room, uniqueTail)))
}

/** Where every fake that was tried holds something protected: a digest, in the form that the column takes. */
function lastText(digest: string, { column, rule }: PlannedMask, value: string): string {
  const room = column.maxLength ?? digest.length
  if (parseJson(value) !== undefined) return '{}'
  const isEmail = column.format === 'Email' || (rule.kind === 'fake' && rule.provider === 'email')
  if (isEmail && room > '@example.com'.length) return `${digest.slice(0, Math.min(16, room - '@example.com'.length))}@example.com`
  return digest.slice(0, Math.min(room, 16))
}

function otherNumber({ masks }: MaskerFacts, { column, isUnique }: PlannedMask, value: number): number | undefined {
  const { minValue = -Infinity, maxValue = Infinity, precision } = column
  if (isUnique) return uniqueNumber(masks, value, (other) => other >= minValue && other <= maxValue)
  for (let attempt = 0; attempt < triesAtMost; attempt++) {
    const other = maskNumber(value, masks.draw(`number ${attempt}`, String(value)))
    const rounded = precision === undefined ? other : Number(other.toFixed(Math.min(precision, 10)))
    const within = Math.min(maxValue, Math.max(minValue, rounded))
    if (within !== value) return within
  }
  return undefined
}

/** Of an alternate key: another number of as many digits that no other number becomes. */
function uniqueNumber(masks: Masks, value: number, isWithin: (value: number) => boolean): number | undefined {
  const text = String(Math.abs(value))
  const sign = value < 0 ? -1 : 1
  if (text.includes('e')) return undefined
  const keyed = (of: string, size: bigint): bigint => masks.below('permute number', of, size)
  const other = maskUnique(text, keyed, (each) => String(Number(each)) === each && isWithin(sign * Number(each)))
  return other === undefined ? undefined : sign * Number(other)
}

/** Digits of the days, and of the seconds, within which moments of an alternate key change places: some three years either way. */
const placesOfTime = { day: 3, second: 8 } as const

function uniqueDate(masks: Masks, at: number, unit: keyof typeof placesOfTime): number | undefined {
  const unitMs = unit === 'day' ? dayMs : 1000
  const size = 10 ** placesOfTime[unit]
  const number = Math.floor(at / unitMs)
  const part = Math.floor(number / size)
  const text = String(number - part * size).padStart(placesOfTime[unit], '0')
  const other = maskUnique(text, (of, below) => masks.below(`permute ${unit} ${part}`, of, below))
  return other === undefined ? undefined : (part * size + Number(other)) * unitMs
}

/** Moved by some days, and the time of day with them; a date alone stays one. */
function otherDate({ masks, locale }: MaskerFacts, { rule, isUnique }: PlannedMask, value: string): string | undefined {
  const at = Date.parse(value)
  if (Number.isNaN(at)) return undefined
  const isDay = /^\d{4}-\d\d-\d\d$/.test(value)
  if (isUnique) {
    const other = uniqueDate(masks, at, isDay ? 'day' : 'second')
    return other === undefined ? undefined : shown(other, isDay)
  }
  for (let attempt = 0; attempt < triesAtMost; attempt++) {
    const draw = masks.draw(`${purposeOf(rule, locale)} ${attempt}`, value)
    const other = shown(rule.kind === 'fake' ? fakeDate(masks, { rule, locale, draw }) : movedDate(at, isDay, draw), isDay)
    if (other !== value) return other
  }
  return undefined
}

function fakeDate(
  masks: Masks,
  of: { readonly rule: Extract<MaskingRule, { kind: 'fake' }>; readonly locale: string; readonly draw: Draw },
): number {
  const { rule, locale, draw } = of
  return Date.parse(masks.fake({ provider: rule.provider, locale: rule.locale ?? locale, draw }))
}

function movedDate(at: number, isDay: boolean, draw: Draw): number {
  const days = (1 + Math.floor(draw() * daysAtMost)) * (draw() < 0.5 ? -1 : 1)
  const seconds = isDay ? 0 : Math.floor(draw() * 86_400) - 43_200
  return at + days * dayMs + seconds * 1000
}

function shown(at: number, isDay: boolean): string {
  const text = new Date(at).toISOString()
  return isDay ? text.slice(0, 10) : text.replace(/\.\d+Z$/, 'Z')
}

function purposeOf(rule: MaskingRule, locale: string): string {
  return rule.kind === 'fake' ? `fake ${rule.provider} ${rule.locale ?? locale}` : rule.kind
}

/** Spaces around, case and the way in which accents are written make no other person. */
function normal(value: string): string {
  return value.normalize('NFC').trim().toLowerCase()
}

export function isReference(value: unknown): value is RowReference {
  return typeof value === 'object' && value !== null && 'table' in value && 'id' in value
}

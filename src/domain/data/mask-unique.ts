import type { CharacterClass } from './masking-classes.ts'
import { classOf } from './masking-classes.ts'

/** A keyed number below `size` for a text. */
export type KeyedNumber = (text: string, size: bigint) => bigint

const rounds = 8

/**
 * Another text of the same form, by a permutation of all texts of that form: texts that the service tells apart stay apart, and none stays as it
 * is where there is another. The service compares without regard to case and accents (its usual collation; unverified for each environment), so
 * those are no part of what is permuted: capitals stay where they are, accents go. A Feistel network over the digits that the classes of the
 * characters are (after NIST SP 800-38G; rounds and keyed function are ours). `isFit`: the text itself must fit, and another is taken until it does,
 * so that those that fit are permuted among themselves. Undefined when there is nothing to permute, or something that no class takes.
 */
export function maskUnique(text: string, keyed: KeyedNumber, isFit: (text: string) => boolean = () => true): string | undefined {
  const capitals = text.normalize('NFD').replace(/\p{M}/gu, '').trimEnd()
  const plain = capitals.toLowerCase()
  const places = placesOf(plain)
  if (places === undefined || places.length === 0 || plain.length !== capitals.length) return undefined
  const form = formOf(plain, places)
  const half = places.length >> 1
  const sizes = { left: sizeOf(places.slice(0, half)), right: sizeOf(places.slice(half)) }
  const all = sizes.left * sizes.right
  const start = numberOf(plain, places)
  const network: Network = { form, sizes, keyed }
  const next = places.length === 1 ? nextInRing(network) : (number: bigint) => decrypt((encrypt(number, network) + 1n) % all, network)
  // Moved by one between there and back again: a permutation, too, and one that leaves nothing where it is.
  for (let moved = next(start), step = 0; moved !== start && step < stepsAtMost; moved = next(moved), step++) {
    const other = likeIn(capitals, write(plain, places, moved))
    if (isFit(other)) return other
  }
  return undefined
}

/** So many texts that do not fit are passed over. */
const stepsAtMost = 2000

/** A single character has no two halves to mix: all that it may be stand in a ring by their keyed numbers, and each becomes the one behind it. */
function nextInRing({ form, sizes, keyed }: Network): (number: bigint) => bigint {
  const ring = Array.from({ length: Number(sizes.right) }, (_, at) => ({ at, place: keyed(`ring|${at}|${form}`, 1n << 64n) }))
  ring.sort((a, b) => (a.place < b.place ? -1 : 1))
  return (number) => BigInt(ring[(ring.findIndex(({ at }) => BigInt(at) === number) + 1) % ring.length]?.at ?? 0)
}

/** Capitals where the other text has them. */
function likeIn(model: string, text: string): string {
  const units = [...Array(text.length).keys()].map((at) => {
    const unit = text.charAt(at)
    const isCapital = model.charAt(at) !== model.charAt(at).toLowerCase()
    return isCapital && unit.toUpperCase().length === 1 ? unit.toUpperCase() : unit
  })
  return units.join('')
}

interface Place {
  readonly at: number
  readonly characters: CharacterClass
}

interface Network {
  readonly form: string
  readonly sizes: { readonly left: bigint; readonly right: bigint }
  readonly keyed: KeyedNumber
}

function placesOf(text: string): readonly Place[] | undefined {
  const places: Place[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const characters = classOf(code)
    if (characters !== undefined) places.push({ at, characters })
    else if (code >= 0x80) return undefined
  }
  return places
}

/** What stays as it is: the classes, and the characters between them. */
function formOf(text: string, places: readonly Place[]): string {
  const marks = [...Array(text.length).keys()].map((at) => text.charAt(at))
  for (const { at, characters } of places) marks[at] = `<${characters.at(0)}>`
  return marks.join('')
}

function sizeOf(places: readonly Place[]): bigint {
  return places.reduce((size, { characters }) => size * BigInt(characters.size), 1n)
}

function numberOf(text: string, places: readonly Place[]): bigint {
  return places.reduce((sum, { at, characters }) => sum * BigInt(characters.size) + BigInt(characters.indexOf(text.charCodeAt(at))), 0n)
}

function write(text: string, places: readonly Place[], number: bigint): string {
  const units = [...Array(text.length).keys()].map((at) => text.charAt(at))
  let rest = number
  for (const { at, characters } of [...places].reverse()) {
    const size = BigInt(characters.size)
    units[at] = String.fromCharCode(characters.at(Number(rest % size)))
    rest /= size
  }
  return units.join('')
}

function encrypt(number: bigint, { form, sizes, keyed }: Network): bigint {
  let left = number / sizes.right
  let right = number % sizes.right
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) left = (left + keyed(`${round}|${right}|${form}`, sizes.left)) % sizes.left
    else right = (right + keyed(`${round}|${left}|${form}`, sizes.right)) % sizes.right
  }
  return left * sizes.right + right
}

function decrypt(number: bigint, { form, sizes, keyed }: Network): bigint {
  let left = number / sizes.right
  let right = number % sizes.right
  for (let round = rounds - 1; round >= 0; round--) {
    if (round % 2 === 0) left = (left + sizes.left - keyed(`${round}|${right}|${form}`, sizes.left)) % sizes.left
    else right = (right + sizes.right - keyed(`${round}|${left}|${form}`, sizes.right)) % sizes.right
  }
  return left * sizes.right + right
}

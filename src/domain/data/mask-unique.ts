import type { CharacterClass } from './masking-classes.ts'
import { classOf } from './masking-classes.ts'

/** A keyed number below `size` for a text. */
export type KeyedNumber = (text: string, size: bigint) => bigint

const rounds = 8

/**
 * Another text of the same form, by a permutation of all texts of that form: texts that the service tells apart stay apart, and none stays as it
 * is where there is another. The service compares without regard to case and accents (its usual collation; unverified for each environment), so
 * those are no part of what is permuted: capitals stay where they are, accents go. A Feistel network over the digits that the classes of the
 * characters are (after NIST SP 800-38G; rounds and keyed function are ours). Undefined when there is nothing to permute, or something that no
 * class takes.
 */
export function maskUnique(text: string, keyed: KeyedNumber): string | undefined {
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
  // Moved by one between there and back again: a permutation, too, and one that leaves nothing where it is.
  const moved = (encrypt(start, network) + 1n) % all
  return likeIn(capitals, write(plain, places, decrypt(moved, network)))
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

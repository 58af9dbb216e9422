import { classOf, saysSomething } from './masking-classes.ts'

/** Endless numbers from 0 up to 1, the same for the same input and seed, that say nothing about it to who lacks the key. */
export type Draw = () => number

const email = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g
const examples = ['example.com', 'example.org', 'example.net'] as const

/**
 * The same form with other letters and digits. Addresses of e-mail go to domains that are reserved for examples (RFC 2606), so that nothing sent to
 * one reaches anybody; texts that are JSON stay JSON, with their keys.
 */
export function maskText(text: string, draw: Draw, maxLength: number | undefined): string {
  const json = parseJson(text)
  const masked = json === undefined ? maskPlain(text, draw) : JSON.stringify(maskJson(json.value, draw))
  if (maxLength === undefined || masked.length <= maxLength) return masked
  // Only an address, or white space that JSON was written with, changes in length; letters alone do not.
  return json === undefined ? maskLetters(text, draw).replaceAll('@', '.') : emptyOf(json.value)
}

function maskPlain(text: string, draw: Draw): string {
  if (!text.includes('@')) return maskLetters(text, draw)
  let masked = ''
  let at = 0
  for (const match of text.matchAll(email)) {
    const [name = ''] = match[0].split('@')
    masked += `${maskLetters(text.slice(at, match.index), draw)}${maskLetters(name, draw)}@${pick(examples, draw)}`
    at = match.index + match[0].length
  }
  return masked + maskLetters(text.slice(at), draw)
}

export function maskLetters(text: string, draw: Draw): string {
  let masked = ''
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const characters = classOf(code)
    if (characters !== undefined) masked += String.fromCharCode(characters.at(Math.floor(draw() * characters.size)))
    else masked += saysSomething(code) ? String.fromCharCode(97 + Math.floor(draw() * 26)) : text.charAt(at)
  }
  return masked
}

function maskJson(value: unknown, draw: Draw): unknown {
  if (typeof value === 'string') return maskText(value, draw, undefined)
  if (typeof value === 'number') return maskNumber(value, draw)
  if (Array.isArray(value)) return value.map((each) => maskJson(each, draw))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [isName(key) ? key : maskPlain(key, draw), maskJson(each, draw)]))
}

/** A key that names a field; maps by person or address have keys that are data. */
function isName(key: string): boolean {
  return /^[$@_#]?[A-Za-z][\w$.:#-]*$/.test(key) && !/\d{4}/.test(key)
}

/** As many digits before and after the point; the sign stays. */
export function maskNumber(value: number, draw: Draw): number {
  if (!Number.isFinite(value)) return value
  const text = String(Math.abs(value))
  if (text.includes('e')) return value * (0.1 + draw() * 0.8)
  const digits = [...text].map((each, at) => {
    if (each === '.') return each
    const isFirst = at === 0 && text.length > 1
    return String(isFirst && each !== '0' ? 1 + Math.floor(draw() * 9) : Math.floor(draw() * 10))
  })
  return Number(digits.join('')) * Math.sign(value === 0 ? 1 : value)
}

export function parseJson(text: string): { readonly value: unknown } | undefined {
  const first = text.trimStart().charAt(0)
  if ((first !== '{' && first !== '[') || isDeep(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { value } : undefined
  } catch {
    return undefined
  }
}

/** No document that says something is nested so deep; one that is would be walked through until the stack ends. */
const deepest = 500

function isDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5b || code === 0x7b) depth++
    else if (code === 0x5d || code === 0x7d) depth--
    if (depth > deepest) return true
  }
  return false
}

function emptyOf(value: unknown): string {
  return Array.isArray(value) ? '[]' : '{}'
}

function pick<T>(of: readonly T[], draw: Draw): T {
  const picked = of[Math.floor(draw() * of.length)] ?? of[0]
  if (picked === undefined) throw new RangeError('there is nothing to pick from')
  return picked
}

import type { SecretRef } from '#domain/environment'
import type { DataverseDependencies } from './environments.ts'

/** Gives a text without the secrets that are at play. */
export type Strike = (text: string) => string

const struck = '***'
const withheld = 'what the platform said is withheld, because a secret that it could repeat cannot be read just now'

/**
 * What the platform says may repeat a value that it was given, so the secrets are resolved again, only to strike them out. They are never
 * kept: a worker that follows an import after a restart did not send it, and a secret may have been replaced meanwhile.
 */
export async function makeStrike(secrets: DataverseDependencies['secrets'], refs: readonly SecretRef[]): Promise<Strike> {
  const found = await Promise.allSettled(refs.map((ref) => secrets.resolve(ref)))
  if (found.some((each) => each.status === 'rejected')) return () => withheld
  return strikeOut(found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])))
}

/** Longest first, so that a secret that is part of another leaves nothing of it behind. */
export function strikeOut(secrets: readonly string[]): Strike {
  const longestFirst = [...new Set(secrets.filter((secret) => secret !== ''))].sort((a, b) => b.length - a.length)
  const inXml = longestFirst.map(insideXml)
  const forms = [...new Set(longestFirst.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  return (text) => {
    const rest = inXml.reduce((left, form) => left.replaceAll(form, struck), text)
    return forms.reduce((left, form) => left.replaceAll(form, struck), rest)
  }
}

/** As it is, inside JSON, inside JSON inside JSON, inside a URL or a form, and on one line. */
function formsOf(secret: string): string[] {
  const json = insideJson(secret)
  const forms = [
    secret,
    json,
    insideJson(json),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    secret.replaceAll(/\s+/g, ' ').trim(),
  ]
  return forms.filter((form) => form !== '')
}

/** Inside XML, where each writer has its own choice of characters that it writes as references, and of how. */
function insideXml(secret: string): RegExp {
  const characters = [...secret].map((character) => {
    const code = character.codePointAt(0) ?? 0
    const named = namedReferences.get(character)
    // The character itself comes last: an ampersand alone would leave the rest of its reference behind.
    const references = [`&#0*${code};`, `&#[xX]0*(?:${code.toString(16)}|${code.toString(16).toUpperCase()});`]
    const forms = [...references, ...(named === undefined ? [] : [named]), escapeForPattern(character)]
    // The first half of a line end of Windows is dropped by readers of XML.
    return `(?:${forms.join('|')})${character === '\r' ? '?' : ''}`
  })
  return new RegExp(characters.join(''), 'gu')
}

const namedReferences: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

function escapeForPattern(character: string): string {
  return character.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

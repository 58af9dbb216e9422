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
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, struck), text)
}

/** As it is, inside JSON, inside JSON inside JSON, inside XML, inside a URL or a form, and on one line. */
function formsOf(secret: string): string[] {
  const json = insideJson(secret)
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const forms = [
    secret,
    json,
    insideJson(json),
    xml,
    xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    secret.replaceAll(/\s+/g, ' ').trim(),
  ]
  return forms.filter((form) => form !== '')
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

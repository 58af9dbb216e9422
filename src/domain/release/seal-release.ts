import { canonicalJson } from '#domain/kernel'
import type { Release } from './release.ts'

/** Closes a release: the seal covers every other field, so that whatever changes later shows. `hash` gives the hex sha256 of a text. */
export function sealRelease(content: Omit<Release, 'seal'>, hash: (text: string) => string): Release {
  return { ...content, seal: hash(canonicalJson(content)) }
}

/** Whether the release is still what was sealed. */
export function verifySeal(release: Release, hash: (text: string) => string): boolean {
  const { seal, ...content } = release
  return seal === hash(canonicalJson(content))
}

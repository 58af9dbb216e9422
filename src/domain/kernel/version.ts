import type { Result } from './result.ts'
import { accept, refuse } from './result.ts'

/** A solution version as the platform writes it: one to four whole numbers joined by dots. */
export type Version = string & { readonly __brand: 'Version' }

const versionForm = /^\d{1,10}(\.\d{1,10}){0,3}$/

/** A part is a 32-bit number in .NET's Version, which the platform's versions are modelled on (unverified). */
const largestPart = 2_147_483_647

/** Reads a version; the text is kept as written, because the platform keeps it as written. */
export function parseVersion(text: string): Result<Version> {
  const trimmed = text.trim()
  if (versionForm.test(trimmed) && trimmed.split('.').every((part) => Number(part) <= largestPart)) return accept(trimmed as Version)
  return refuse(
    'version.malformed',
    `"${text}" is not a solution version.`,
    'Write one to four whole numbers joined by dots, each at most 2147483647, for example 1.4.0.2.',
  )
}

/** Negative when `a` is lower than `b`, zero when equal; missing parts count as 0 (Dataverse: 1.0 equals 1.0.0.0). */
export function compareVersions(a: Version, b: Version): number {
  const left = versionParts(a)
  const right = versionParts(b)
  for (let i = 0; i < 4; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The version with its last (fourth) part raised by one. */
export function raiseRevision(version: Version): Version {
  const [major = 0, minor = 0, build = 0, revision = 0] = versionParts(version)
  return `${major}.${minor}.${build}.${revision + 1}` as Version
}

export function versionParts(version: Version): number[] {
  return version.split('.').map(Number)
}

import type { Instant } from '#domain/kernel'
import type { AdministeredEnvironment } from './administered-environment.ts'

/**
 * The platform's own labelled backup: no copy but a time stamp of the whole environment, with an expiry. Restoring it rewinds everybody's
 * rows, and never onto production itself (release-facts §8); that one exists opens no gate.
 */
export interface RestorePoint {
  /** The platform's id of the backup. */
  readonly id: string
  readonly label: string
  /** The moment to which a restore rewinds. */
  readonly rewindsTo: Instant
  readonly expiresAt: Instant
  /** What it was taken before, in words. */
  readonly why: string
}

/** Whether a restore point can be taken before work on an environment, as far as that can be told before trying. */
export type RestorePointProspect = { readonly state: 'planned' } | { readonly state: 'none'; readonly why: string }

/** Production and sandbox only: developer and default environments take no manual backup (release-facts §8). */
export function takesRestorePoints({ kind }: Pick<AdministeredEnvironment, 'kind'>): boolean {
  return kind === 'production' || kind === 'sandbox'
}

/** By which a restore point of a promotion's attempt is found again: nothing else tells whose it is. */
export function labelRestorePoint(of: { readonly attemptId: string; readonly solution: string; readonly version: string }): string {
  return `drover ${of.attemptId} before ${of.solution} ${of.version}`
}

/** Whether Drover took it: those of people have labels of their own. */
export function isOwnLabel(label: string): boolean {
  return label.startsWith('drover ')
}

export function isExpired({ expiresAt }: Pick<RestorePoint, 'expiresAt'>, now: Instant): boolean {
  return Date.parse(expiresAt) <= Date.parse(now)
}

/** What it is, and what it is not: a manual backup becomes usable 10 to 15 minutes after it was taken (release-facts §8). */
export function describeRestorePoint({ label, rewindsTo, expiresAt }: RestorePoint): string {
  const since = `${rewindsTo.slice(0, 10)} ${rewindsTo.slice(11, 16)} UTC`
  return `Restore point "${label}" is a time stamp: restoring it rewinds everybody's rows since ${since}; it opens no gate. It can be used in 10 to 15 minutes, into a sandbox and never onto production, and the platform keeps it until ${expiresAt.slice(0, 10)}.`
}

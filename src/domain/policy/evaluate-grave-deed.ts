import type { Environment, EnvironmentDeed, RestorePoint } from '#domain/environment'
import { refuseDeed } from '#domain/environment'
import type { Instant, PersonId, Reason, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, personName } from '#domain/people'
import type { CarePolicy } from './policy.ts'

/** A deed in a pet that must exist all the same, and what stands behind it. */
export interface GraveDeed {
  readonly environment: Pick<Environment, 'id' | 'name' | 'careClass'>
  readonly deed: EnvironmentDeed
  /** Whoever said that it is to be done: asked for it, or approved it. Each counts once. */
  readonly by: readonly PersonId[]
  /** What was typed as the name of the environment. */
  readonly typedName: string
  /** Of the environment, those that the platform still has. */
  readonly restorePoints: readonly RestorePoint[]
  readonly people: readonly Person[]
  readonly policy: Pick<CarePolicy, 'graveDeedPeople' | 'graveDeedRestorePointMinutes'>
  readonly now: Instant
}

/** The only ones of PET-02 that are ever done to a pet: no recovery of a first release is without an uninstall. */
const graveDeeds: readonly EnvironmentDeed[] = ['uninstall']

/**
 * Whether a grave deed may be done (PET-02, LIF-15): two people, the typed name of the environment, and a restore point that is not older than
 * the policy says. Gives the newest restore point. Every other deed is refused for a pet, whoever wants it; cattle needs none of this.
 */
export function evaluateGraveDeed(asked: GraveDeed): Result<{ readonly restorePoint: RestorePoint | undefined }> {
  const { environment, deed, people } = asked
  const restorePoint = findFresh(asked)
  const refused = refuseDeed(environment, deed)
  if (refused.ok) return accept({ restorePoint })
  if (!graveDeeds.includes(deed)) return refused
  const missing = [...missingPeople(asked), ...wrongName(asked), ...(restorePoint === undefined ? [missingPoint(asked)] : [])]
  if (missing.length === 0) return accept({ restorePoint })
  const who = asked.by.map((id) => personName(people, id)).join(' and ')
  return refuse(
    'PET-02',
    `${environment.name} is a pet: ${who === '' ? 'nobody' : who} alone may not have a solution uninstalled there as things are; nothing was changed.`,
    'See to what is named, then try again.',
    missing,
  )
}

function missingPeople({ by, people, policy }: GraveDeed): Reason[] {
  const declared = new Set(by.filter((id) => findPerson(people, id) !== undefined))
  const { value, source } = policy.graveDeedPeople
  if (declared.size >= value) return []
  return [{ subject: 'people', message: `It takes ${value} people, and ${declared.size} said so (${source}).` }]
}

function wrongName({ typedName, environment }: GraveDeed): Reason[] {
  if (typedName === environment.name) return []
  const typed = typedName === '' ? 'Nothing' : `"${typedName}"`
  return [{ subject: environment.name, message: `${typed} was typed as its name; it is to be typed exactly.` }]
}

function missingPoint({ policy, environment }: GraveDeed): Reason {
  const { value, source } = policy.graveDeedRestorePointMinutes
  const message = `No restore point of it is younger than ${value} minutes (${source}). Take one: \`drover env restore-point ${environment.id}\`.`
  return { subject: environment.name, message }
}

/** Clocks differ: a point may lie ahead of ours by as much as one may be old, and one that lies further ahead tells nothing. */
function findFresh({ restorePoints, policy, now }: GraveDeed): RestorePoint | undefined {
  const age = (point: RestorePoint): number => Date.parse(now) - Date.parse(point.rewindsTo)
  const most = policy.graveDeedRestorePointMinutes.value * 60_000
  return restorePoints
    .filter((point) => Math.abs(age(point)) <= most && Date.parse(point.expiresAt) > Date.parse(now))
    .toSorted((a, b) => age(a) - age(b))[0]
}

import type { AdministeredEnvironment, Environment, RestorePoint } from '#domain/environment'
import { laneOf, refuseDeed } from '#domain/environment'
import type { Instant, Reason, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'

/** A pet, and the environment that its rows shall be brought into. */
export interface SandboxPair {
  readonly pet: Environment
  readonly sandbox: Environment
}

/**
 * Whether the configuration lets an environment take the rows of a pet: cattle of purpose recovery that names this very pet, at an address that
 * is no pet's under any name. It holds for a restore, and for every reading or writing that takes it for the state of the pet.
 */
export function refuseSandbox({ pet, sandbox }: SandboxPair, environments: readonly Environment[]): Result<true> {
  if (pet.careClass !== 'pet') {
    return refuse(
      'recovery.not-a-pet',
      `${pet.name} is no pet: it is rebuilt from source and has nothing to be recovered.`,
      `Use \`drover env rebuild ${pet.id}\`.`,
    )
  }
  const deed = refuseDeed(sandbox, 'restore-over')
  if (!deed.ok) return deed
  const twin = environments.find((other) => other.careClass === 'pet' && laneOf(other) === laneOf(sandbox))
  if (twin !== undefined) return isPetItself(sandbox, twin, `${sandbox.url} is the address of ${twin.name}.`)
  if (sandbox.purpose === 'recovery' && sandbox.recovers === pet.id) return accept(true)
  return refuse(
    'recovery.not-its-sandbox',
    `${sandbox.name} is no recovery sandbox of ${pet.name}; nothing of ${pet.name} goes there.`,
    `Declare in drover.yaml an environment of purpose recovery and care class cattle with \`recovers: ${pet.id}\`, and name it.`,
    [{ subject: sandbox.name, message: `Its purpose is ${sandbox.purpose}, and it recovers ${sandbox.recovers ?? 'nothing'}.` }],
  )
}

/** What the administration of the tenant shows of both. */
export interface SeenPair {
  readonly pet: AdministeredEnvironment
  readonly sandbox: AdministeredEnvironment
}

/**
 * Whether the platform restores one into the other (release-facts §8): into a sandbox only, in the same region, and Managed into Managed only
 * (TOP-16). That it is no pet is another question: `refusePetOfTenant`.
 */
export function refusePlatform(names: SandboxPair, { pet, sandbox }: SeenPair): Result<true> {
  const reasons: Reason[] = []
  if (sandbox.kind !== 'sandbox')
    reasons.push({ subject: names.sandbox.name, message: `It is of kind ${sandbox.kind}; the platform restores into kind sandbox.` })
  if (pet.kind !== 'production' && pet.kind !== 'sandbox')
    reasons.push({ subject: names.pet.name, message: `It is of kind ${pet.kind}, whose backups go into no sandbox of another.` })
  if (pet.isManaged !== sandbox.isManaged) {
    const message = `${names.pet.name} is ${managed(pet)} and ${names.sandbox.name} is ${managed(sandbox)}; they must be alike (TOP-16).`
    reasons.push({ subject: 'Managed Environment', message })
  }
  if (pet.location !== sandbox.location)
    reasons.push({ subject: 'region', message: `${names.pet.name} is in ${pet.location}, ${names.sandbox.name} in ${sandbox.location}.` })
  if (reasons.length === 0) return accept(true)
  return refuse(
    'recovery.platform-refuses',
    `The platform does not restore ${names.pet.name} into ${names.sandbox.name}.`,
    'Make a recovery sandbox of kind sandbox in the same region, Managed if the pet is, and name that.',
    reasons,
  )
}

/** A moment to which the sandbox is rewound. */
export interface PointInTime {
  readonly at: Instant
  /** The platform's backup, where one was named or found. */
  readonly restorePointId?: string
  readonly label?: string
}

/** The moment that is meant: the named backup, the named instant, or the newest backup that has not expired. */
export function findPoint(
  { name }: Pick<Environment, 'name'>,
  points: readonly RestorePoint[],
  wanted: { readonly id?: string | undefined; readonly at?: Instant | undefined; readonly now: Instant },
): Result<PointInTime> {
  const { id, at, now } = wanted
  const live = points.filter(({ expiresAt }) => Date.parse(expiresAt) > Date.parse(now))
  const hint = 'See what there is with `drover env restore-points`, or take one with `drover env restore-point`.'
  if (at !== undefined) {
    if (Number.isNaN(Date.parse(at)) || Date.parse(at) > Date.parse(now))
      return refuse(
        'recovery.no-such-point',
        `${at} is no moment of the past.`,
        'Give a date and time with its zone, like 2026-11-20T08:30:00Z.',
      )
    const known = live.find(({ rewindsTo }) => Date.parse(rewindsTo) === Date.parse(at))
    return accept({ at, ...(known === undefined ? {} : { restorePointId: known.id, label: known.label }) })
  }
  if (id !== undefined && points.some((point) => point.id === id) && !live.some((point) => point.id === id))
    return refuse('recovery.point-expired', `The platform has forgotten the restore point ${id} of ${name}: its time is over.`, hint)
  const newestFirst = live.toSorted((one, other) => Date.parse(other.rewindsTo) - Date.parse(one.rewindsTo))
  const found = id === undefined ? newestFirst[0] : live.find((point) => point.id === id)
  if (found !== undefined) return accept({ at: found.rewindsTo, restorePointId: found.id, label: found.label })
  const what = id === undefined ? 'restore point' : `restore point ${id}`
  return refuse('recovery.no-such-point', `${name} has no ${what} that the platform still keeps.`, hint)
}

/** What a sandbox is called once it holds the rows of a pet: people see whose they are, and Drover that its restore arrived. */
export function nameOfRestored(pet: Pick<Environment, 'name'>, workId: string): string {
  return `Recovery of ${pet.name} (${workId})`
}

function isPetItself(sandbox: Environment, twin: { readonly name: string }, message: string): ReturnType<typeof refuse> {
  return refuse(
    'PET-02',
    `${sandbox.name} is the pet ${twin.name} under another name, and a pet is never restored over.`,
    'Name a recovery sandbox of its own; look at drover.yaml, which declares one place twice.',
    [{ subject: sandbox.name, message }],
  )
}

function managed({ isManaged }: AdministeredEnvironment): string {
  return isManaged ? 'a Managed Environment' : 'no Managed Environment'
}

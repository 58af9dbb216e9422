import type { Environment, Observation } from '#domain/environment'
import type { Digest, Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { hasRole, personName } from '#domain/people'
import type { Baseline } from './drift.ts'
import type { EnvironmentRecord, NewEnvironmentEvent } from './environment-record.ts'

export interface BaselineFacts {
  readonly environment: Pick<Environment, 'id' | 'name' | 'owner'>
  readonly people: readonly Person[]
  readonly record: EnvironmentRecord | undefined
  /** The solutions of the observation that the record names. */
  readonly solutions: Observation['solutions']
  readonly now: Instant
  /** From policy: an older observation does not show how the environment is today. */
  readonly mostHours: number
}

/**
 * Records what was last seen of an environment as known good. What Drover deployed and is not as it was deployed stays a deviation: calling it
 * good would make the ledger say two things.
 */
export function decideBaseline(
  facts: BaselineFacts,
  command: {
    readonly actor: PersonId
    readonly comment: string
    /** The observation that the person looked at; undefined: the newest, whatever it shows. */
    readonly seen: Digest | undefined
  },
): Result<NewEnvironmentEvent> {
  const { environment, people, record, now } = facts
  if (command.actor !== environment.owner && !hasRole(people, command.actor, 'platform-admin')) {
    return refuse(
      'baseline.not-responsible',
      `${personName(people, command.actor)} does not answer for the environment ${environment.name}.`,
      `Ask its owner, ${personName(people, environment.owner)}, or a platform-admin.`,
    )
  }
  if (command.comment.trim() === '')
    return refuse(
      'baseline.no-comment',
      'A baseline needs a reason that others can read later.',
      'Say with --comment why this state is good.',
    )
  const observed = record?.observed
  if (observed === undefined)
    return refuse('baseline.not-observed', `${environment.name} was never observed.`, `Run \`drover observe ${environment.id}\` first.`)
  if (command.seen !== undefined && command.seen !== observed.digest) {
    return refuse(
      'baseline.moved-on',
      `${environment.name} was observed again at ${observed.at}, after what you looked at.`,
      `Look at it again with \`drover observe ${environment.id}\`, then accept that.`,
    )
  }
  if (Date.parse(now) - Date.parse(observed.at) > facts.mostHours * 3_600_000) {
    return refuse(
      'baseline.outdated',
      `${environment.name} was last observed at ${observed.at}, more than ${facts.mostHours} hours ago.`,
      `Run \`drover observe ${environment.id}\` and accept what it shows.`,
    )
  }
  const baseline: Baseline = {
    observation: observed.digest,
    observedAt: observed.at,
    acceptedBy: command.actor,
    acceptedAt: now,
    comment: command.comment.trim(),
    deviations: Object.fromEntries(
      (record?.drift?.deviations ?? []).filter((deviation) => deviation.class !== 'broken').map(({ id, digest }) => [id, digest]),
    ),
    solutions: Object.fromEntries(facts.solutions.map(({ uniqueName, version }) => [uniqueName, version])),
  }
  return accept({ type: 'baseline-accepted', data: { environmentId: environment.id, baseline } })
}

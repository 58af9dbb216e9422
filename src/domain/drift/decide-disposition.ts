import type { Environment } from '#domain/environment'
import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, hasRole, personName } from '#domain/people'
import type { AdoptState, Deviation, RevertState, Tweak, TweakDecision } from './drift.ts'
import type { EnvironmentRecord, NewEnvironmentEvent } from './environment-record.ts'

/** What every decision about a deviation rests on. */
export interface DispositionFacts {
  readonly environment: Pick<Environment, 'id' | 'name' | 'owner' | 'layerPolicy'>
  readonly record: EnvironmentRecord | undefined
  readonly people: readonly Person[]
  /** Unique name → owner of governed solutions. */
  readonly owners: Readonly<Record<string, PersonId>>
  readonly actor: PersonId
  readonly now: Instant
}

/** Registers a deviation as a tweak: with a reason, an owner, an end, and what shall become of it (PET-08). */
export function decideAccept(
  facts: DispositionFacts,
  command: {
    readonly deviation: string
    readonly reason: string
    readonly owner: PersonId
    readonly days: number
    readonly decision: TweakDecision
    readonly tweakId: string
    /** Longest that a policy lets a tweak stand. */
    readonly mostDays: number
  },
): Result<readonly NewEnvironmentEvent[]> {
  const found = findDeviation(facts, command.deviation)
  if (!found.ok) return found
  const deviation = found.value
  const unfit = refuseUnlessResponsible(facts, deviation, 'accept it') ?? refuseToAccept(facts, deviation, command)
  if (unfit !== undefined) return unfit
  const tweak: Tweak = {
    id: command.tweakId,
    deviation: deviation.id,
    digest: deviation.digest,
    name: deviation.subject.name,
    solution: deviation.solution,
    reason: command.reason.trim(),
    owner: command.owner,
    decision: command.decision,
    acceptedBy: facts.actor,
    acceptedAt: facts.now,
    expiresAt: toId<Instant>(new Date(Date.parse(facts.now) + command.days * dayMs).toISOString()),
  }
  const replaced = (facts.record?.tweaks ?? []).filter((other) => other.endedAt === undefined && other.deviation === deviation.id)
  return accept([
    ...replaced.map(
      (other): NewEnvironmentEvent => ({
        type: 'tweak-ended',
        data: { tweakId: other.id, why: 'It was accepted anew.' },
        key: `tweak-ended:${other.id}`,
      }),
    ),
    { type: 'tweak-registered', data: { environmentId: facts.environment.id, tweak }, key: `tweak:${tweak.id}` },
  ])
}

const dayMs = 86_400_000

function refuseToAccept(
  facts: DispositionFacts,
  deviation: Deviation,
  command: { readonly reason: string; readonly owner: PersonId; readonly days: number; readonly mostDays: number },
): ReturnType<typeof refuse> | undefined {
  if (command.reason.trim() === '')
    return refuse(
      'drift.reason-missing',
      `${deviation.subject.name} was not accepted: no reason is given.`,
      'Say with --reason why production needs it.',
    )
  if (findPerson(facts.people, command.owner) === undefined)
    return refuse(
      'drift.owner-unknown',
      `${command.owner} is not a declared person and cannot own a tweak.`,
      'Name somebody of drover.yaml with --owner.',
    )
  if (!Number.isInteger(command.days) || command.days < 1 || command.days > command.mostDays) {
    const hint = `Choose --days between 1 and ${command.mostDays}; a tweak can be accepted anew when it ends (PET-08).`
    return refuse('drift.days-refused', `A tweak cannot be accepted for ${command.days} days.`, hint)
  }
  if (deviation.class === 'tweak') return undefined
  if (deviation.subject.kind === undefined) {
    const hint =
      deviation.class === 'foreign-solution'
        ? 'Solutions of others are only named; accept the environment as it is with `drover baseline accept`.'
        : 'Deploy it again, or finish what was left half done.'
    return refuse('drift.not-a-tweak', `${deviation.message} That is no change that can be accepted as a tweak.`, hint)
  }
  if (deviation.class === 'broken' && deviation.origin === 'by-hand') {
    return refuse(
      'drift.strict',
      `${facts.environment.name} is strict: nothing in it may be changed by hand, so ${deviation.subject.name} cannot be accepted.`,
      'Adopt it into the source, or revert it; or change the layer policy of the environment in drover.yaml, with its reason.',
    )
  }
  return undefined
}

/** Asks for deviations to be read out as source and proposed on a branch. */
export function decideAdopt(
  facts: DispositionFacts,
  { deviations, workId }: { readonly deviations: readonly string[]; readonly workId: string },
): Result<{ readonly solution: string; readonly deviations: readonly Deviation[]; readonly events: readonly NewEnvironmentEvent[] }> {
  const found: Deviation[] = []
  for (const id of new Set(deviations)) {
    const deviation = findDeviation(facts, id)
    if (!deviation.ok) return deviation
    const unfit =
      refuseUnlessResponsible(facts, deviation.value, 'adopt it') ??
      refuseUnlessOwnByHand(deviation.value, 'adopted') ??
      refuseWhileBusy(facts, id)
    if (unfit !== undefined) return unfit
    found.push(deviation.value)
  }
  const [first, ...others] = found
  if (first?.solution === undefined)
    return refuse('drift.nothing-named', 'No deviation was named.', 'Name one or more that `drover drift` lists.')
  const { solution } = first
  const stranger = others.find((candidate) => candidate.solution !== solution)
  if (stranger !== undefined) {
    const message = `${first.subject.name} belongs to ${first.solution}, ${stranger.subject.name} to ${stranger.solution ?? 'no solution of ours'}.`
    return refuse('drift.several-solutions', message, 'Adopt the deviations of one solution at a time: each has a branch of its own.')
  }
  const events = found.map((deviation): NewEnvironmentEvent => {
    const disposition: AdoptState = {
      kind: 'adopt',
      state: 'running',
      solution,
      workId,
      branch: undefined,
      note: '',
      by: facts.actor,
      digest: deviation.digest,
    }
    return { type: 'disposition-changed', data: { deviation: deviation.id, disposition } }
  })
  return accept({ solution, deviations: found, events })
}

/** Asks for a change by hand to be taken away. It stays until a second person confirms it. */
export function decideRevert(
  facts: DispositionFacts,
  command: { readonly deviation: string; readonly reason: string },
): Result<readonly NewEnvironmentEvent[]> {
  const found = findRevertable(facts, command.deviation)
  if (!found.ok) return found
  const deviation = found.value
  const earlier = facts.record?.dispositions[deviation.id]
  const unfit =
    refuseUnlessResponsible(facts, deviation, 'revert it') ??
    refuseUnlessOwnByHand(deviation, 'reverted') ??
    refuseWhileBusy(facts, deviation.id)
  if (unfit !== undefined) return unfit
  if (command.reason.trim() === '')
    return refuse(
      'drift.reason-missing',
      `${deviation.subject.name} is not reverted: no reason is given.`,
      'Say with --reason why the change shall go.',
    )
  const disposition: RevertState = {
    kind: 'revert',
    state: 'proposed',
    note: command.reason.trim(),
    by: facts.actor,
    digest: deviation.digest,
    after: earlier?.kind === 'adopt' ? earlier : earlier?.after,
  }
  return accept([{ type: 'disposition-changed', data: { deviation: deviation.id, disposition } }])
}

/** The second person's word on a revert: the environment's owner, or a platform-admin where the owner asked for it. */
export function decideRevertConfirmation(
  facts: DispositionFacts,
  { deviation: id, workId }: { readonly deviation: string; readonly workId: string },
): Result<{ readonly deviation: Deviation; readonly events: readonly NewEnvironmentEvent[] }> {
  const found = findRevertable(facts, id)
  if (!found.ok) return found
  const asked = facts.record?.dispositions[id]
  if (asked?.kind !== 'revert' || asked.state !== 'proposed') {
    return refuse(
      'drift.not-proposed',
      `Nobody asked for ${found.value.subject.name} to be reverted.`,
      'Ask for it with `drover drift revert <environment> <deviation> --reason …`.',
    )
  }
  if (asked.digest !== found.value.digest) {
    const hint = 'Look at what it is now with `drover drift`, and ask for it again.'
    return refuse('drift.changed-since', `${found.value.subject.name} was changed again since ${asked.by} asked for its revert.`, hint)
  }
  if (asked.by === facts.actor)
    return refuse(
      'drift.same-person',
      `${personName(facts.people, facts.actor)} asked for this revert and cannot confirm it.`,
      'A second person confirms it.',
    )
  const isOwner = facts.environment.owner === facts.actor
  const standsIn = facts.environment.owner === asked.by && hasRole(facts.people, facts.actor, 'platform-admin')
  if (!isOwner && !standsIn) {
    const who = facts.environment.owner === asked.by ? 'a platform-admin' : personName(facts.people, facts.environment.owner)
    return refuse(
      'drift.not-allowed',
      `${personName(facts.people, facts.actor)} may not confirm a revert in ${facts.environment.name}.`,
      `Ask ${who}.`,
    )
  }
  const disposition: RevertState = { ...asked, state: 'running', workId }
  return accept({ deviation: found.value, events: [{ type: 'disposition-changed', data: { deviation: id, disposition } }] })
}

function findDeviation(facts: DispositionFacts, id: string): Result<Deviation> {
  const deviation = facts.record?.drift?.deviations.find((candidate) => candidate.id === id)
  if (deviation !== undefined) return accept(deviation)
  const hint = 'Name one that `drover drift` lists for this environment, by its id.'
  return refuse('drift.unknown', `${facts.environment.name} shows no deviation "${id}".`, hint)
}

/** Also what is no deviation any more and left its layer behind. */
function findRevertable(facts: DispositionFacts, id: string): Result<Deviation> {
  const leftover = facts.record?.drift?.leftovers?.find((candidate) => candidate.id === id)
  return leftover === undefined ? findDeviation(facts, id) : accept(leftover)
}

/** The owner of the solution that it concerns, or the owner of the environment. */
function refuseUnlessResponsible(facts: DispositionFacts, deviation: Deviation, deed: string): ReturnType<typeof refuse> | undefined {
  const owner = deviation.solution === undefined ? undefined : facts.owners[deviation.solution]
  if (facts.actor === facts.environment.owner || facts.actor === owner) return undefined
  const others = [...new Set([owner, facts.environment.owner])].flatMap((id) => (id === undefined ? [] : [personName(facts.people, id)]))
  return refuse(
    'drift.not-allowed',
    `${personName(facts.people, facts.actor)} may not decide about ${deviation.subject.name} in ${facts.environment.name}, nor ${deed}.`,
    `Ask ${others.join(' or ')}: the owner of the solution or of the environment decides.`,
  )
}

/** Only what is ours: an unmanaged layer on a component of a governed solution. */
function refuseUnlessOwnByHand(deviation: Deviation, deed: string): ReturnType<typeof refuse> | undefined {
  if (deviation.origin === 'by-hand' && deviation.solution !== undefined && deviation.subject.kind !== undefined) return undefined
  return refuse(
    'drift.not-ours',
    `${deviation.subject.name} cannot be ${deed}: it is no change by hand on a component of a governed solution.`,
    'Only those can be; talk to whoever it belongs to.',
  )
}

function refuseWhileBusy(facts: DispositionFacts, id: string): ReturnType<typeof refuse> | undefined {
  const disposition = facts.record?.dispositions[id]
  if (disposition?.state !== 'running') return undefined
  const what = disposition.kind === 'adopt' ? 'adopted' : 'reverted'
  return refuse('drift.busy', `${id} is being ${what} right now.`, 'Wait until that has ended; `drover drift` shows how it stands.')
}

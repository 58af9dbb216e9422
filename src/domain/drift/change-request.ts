import type { EnvironmentId, Instant, PersonId, ReleaseId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import type { AdoptState, DispositionState } from './drift.ts'
import type { EnvironmentEvent, EnvironmentRecord, NewEnvironmentEvent } from './environment-record.ts'

/** How the request stands on the host of the source, where the source has one. */
export interface ChangeRequestPull {
  readonly url: string
  readonly state: 'open' | 'merged' | 'closed'
}

/**
 * What the owner of a solution is asked to take into its source, since it was changed in an environment by hand: a branch that somebody has to
 * merge. It ends when a release that carries it is deployed there, or when nobody wants it any more.
 */
export interface ChangeRequest {
  readonly id: string
  readonly environmentId: EnvironmentId
  /** Unique name. */
  readonly solution: string
  /** Ids of the deviations that it would bring back. */
  readonly deviations: readonly string[]
  readonly branch: string
  readonly commit: string
  /** In one line. */
  readonly title: string
  /** What was changed there and what changes in the source, in plain words; a paragraph a part. */
  readonly body: string
  /** Who has to act: the owner of the solution. */
  readonly owner: PersonId
  readonly askedBy: PersonId
  readonly openedAt: Instant
  /** Absent while none is opened: where the source has no host, its owner merges the branch as the team does. */
  readonly pull?: ChangeRequestPull
  /** Why the host has no pull request of it yet; it is asked for again with each look. */
  readonly pullFailure?: string
  /** Absent while it waits. */
  readonly ended?: ChangeRequestEnd
}

export interface ChangeRequestEnd {
  readonly at: Instant
  readonly outcome: 'released' | 'declined' | 'superseded'
  /** In one sentence. */
  readonly why: string
  readonly releaseId?: ReleaseId
}

export interface ChangeRequestEventData {
  'change-request-opened': { readonly environmentId: EnvironmentId; readonly request: Omit<ChangeRequest, 'openedAt'> }
  /** The pull request of it, or why there is none. */
  'change-request-followed': {
    readonly environmentId: EnvironmentId
    readonly requestId: string
    readonly pull?: ChangeRequestPull
    readonly pullFailure?: string
  }
  'change-request-ended': {
    readonly environmentId: EnvironmentId
    readonly requestId: string
    /** Repeated for whoever is told of it. */
    readonly owner: PersonId
    readonly end: Omit<ChangeRequestEnd, 'at'>
  }
}

/** One a work: whatever the work is asked to do again, it opens one. */
export function changeRequestId(workId: string): string {
  return `cr-${workId.replace(/^w-/, '')}`
}

/** Those that wait for their owner, newest first. */
export function openChangeRequests({ changeRequests = [] }: Pick<EnvironmentRecord, 'changeRequests'>): readonly ChangeRequest[] {
  return changeRequests.filter(({ ended }) => ended === undefined)
}

/** What the record says of change requests after one more event; undefined for an event of another sort. */
export function evolveChangeRequests(current: EnvironmentRecord, event: EnvironmentEvent): EnvironmentRecord | undefined {
  const { changeRequests = [] } = current
  switch (event.type) {
    case 'change-request-opened':
      return { ...current, changeRequests: [{ ...event.data.request, openedAt: event.at }, ...changeRequests] }
    case 'change-request-followed': {
      const { requestId, pull, pullFailure } = event.data
      const told = { ...(pull === undefined ? {} : { pull }), ...(pullFailure === undefined ? {} : { pullFailure }) }
      return {
        ...current,
        changeRequests: changing(changeRequests, requestId, ({ pullFailure: _before, ...rest }) => ({ ...rest, ...told })),
      }
    }
    case 'change-request-ended': {
      const { requestId, end } = event.data
      return {
        ...current,
        changeRequests: changing(changeRequests, requestId, (request) => ({ ...request, ended: { ...end, at: event.at } })),
      }
    }
    default:
      return undefined
  }
}

/** What has ended stays as it ended. */
function changing(requests: readonly ChangeRequest[], id: string, by: (request: ChangeRequest) => ChangeRequest): readonly ChangeRequest[] {
  return requests.map((request) => (request.id === id && request.ended === undefined ? by(request) : request))
}

/**
 * Ends what nobody has to act on any more: a release that carries all of it is deployed; its host closed it unmerged; or each of its changes is
 * gone, reverted or asked for anew. `followed`: what the host said just now; `isGone`: the environment was seen without that deviation.
 */
export function settleChangeRequests(
  record: Pick<EnvironmentRecord, 'changeRequests' | 'dispositions'>,
  facts: { readonly followed: readonly NewEnvironmentEvent[]; isGone(deviation: string): boolean },
): readonly NewEnvironmentEvent[] {
  return openChangeRequests(record).flatMap((request) => {
    const said = facts.followed.find((event) => event.type === 'change-request-followed' && event.data.requestId === request.id)
    const pull = (said?.type === 'change-request-followed' ? said.data.pull : undefined) ?? request.pull
    if (pull?.state === 'closed') return declined(record, request, 'Its pull request was closed and not merged.')
    const ends = request.deviations.map((id) => endOf(id, request, { ...facts, disposition: record.dispositions[id] }))
    const [first] = ends
    if (first === undefined || ends.some((end) => end === undefined)) return []
    const released = ends.find((end) => end?.outcome === 'released')
    return [endedEvent(request, released ?? first)]
  })
}

type End = ChangeRequestEventData['change-request-ended']['end']

function endOf(
  id: string,
  request: ChangeRequest,
  { disposition, isGone }: { readonly disposition: DispositionState | undefined; isGone(deviation: string): boolean },
): End | undefined {
  const adoption = adoptionIn(disposition)
  if (adoption !== undefined && changeRequestId(adoption.workId) === request.id && adoption.state === 'released') {
    const releaseId = adoption.releaseId === undefined ? {} : { releaseId: adoption.releaseId }
    return { outcome: 'released', why: 'A release that carries it is deployed.', ...releaseId }
  }
  if (adoption !== undefined && changeRequestId(adoption.workId) !== request.id)
    return { outcome: 'superseded', why: 'The change was adopted anew.' }
  if (disposition?.kind === 'revert' && disposition.state === 'done') return { outcome: 'superseded', why: 'The change was reverted.' }
  return isGone(id) ? { outcome: 'superseded', why: 'The environment does not show the change any more.' } : undefined
}

function adoptionIn(disposition: DispositionState | undefined): AdoptState | undefined {
  return disposition?.kind === 'adopt' ? disposition : disposition?.after
}

function endedEvent({ id, environmentId, owner }: ChangeRequest, end: End): NewEnvironmentEvent {
  return { type: 'change-request-ended', data: { environmentId, requestId: id, owner, end }, key: `${id}:ended` }
}

/** The changes are open again: somebody has to say what else shall become of them. */
function declined(
  { dispositions }: Pick<EnvironmentRecord, 'dispositions'>,
  request: ChangeRequest,
  why: string,
): readonly NewEnvironmentEvent[] {
  const open = request.deviations.flatMap((deviation): NewEnvironmentEvent[] => {
    const disposition = dispositions[deviation]
    const isMeant = disposition?.kind === 'adopt' && disposition.state === 'proposed' && changeRequestId(disposition.workId) === request.id
    if (!isMeant) return []
    const next: AdoptState = { ...disposition, state: 'failed', note: why }
    return [{ type: 'disposition-changed', data: { deviation, disposition: next }, key: `${request.id}:declined:${deviation}` }]
  })
  return [endedEvent(request, { outcome: 'declined', why }), ...open]
}

/** A person's no to a change request: the owner of the solution or of the environment, with a reason. */
export function decideDecline(
  facts: {
    readonly environment: { readonly name: string; readonly owner: PersonId }
    readonly record: EnvironmentRecord | undefined
    readonly people: readonly Person[]
    readonly owners: Readonly<Record<string, PersonId>>
    readonly actor: PersonId
  },
  { requestId, reason }: { readonly requestId: string; readonly reason: string },
): Result<readonly NewEnvironmentEvent[]> {
  const { environment, record, people, owners, actor } = facts
  const request = record?.changeRequests?.find(({ id }) => id === requestId)
  if (record === undefined || request === undefined) {
    const hint = 'Name one that `drover drift` lists for this environment, by its id.'
    return refuse('drift.request-unknown', `${environment.name} has no change request "${requestId}".`, hint)
  }
  if (request.ended !== undefined)
    return refuse('drift.request-ended', `${requestId} has ended: ${request.ended.why}`, 'There is nothing left to decline.')
  const owner = owners[request.solution] ?? request.owner
  if (actor !== owner && actor !== environment.owner) {
    return refuse(
      'drift.not-allowed',
      `${personName(people, actor)} may not decline a change request of ${request.solution} in ${environment.name}.`,
      `Ask ${personName(people, owner)} or ${personName(people, environment.owner)}: the owner of the solution or of the environment decides.`,
    )
  }
  if (reason.trim() === '')
    return refuse('drift.reason-missing', `${requestId} is not declined: no reason is given.`, 'Say with --reason why it is not taken.')
  return accept(declined(record, request, `${personName(people, actor)} declined it: ${reason.trim()}`))
}

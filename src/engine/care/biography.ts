import type { EnvironmentRecord } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { isExpired, laneOf } from '#domain/environment'
import type { EnvironmentId, Instant, PersonId, PromotionId, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import type { ProtectionSwitch } from '../protection/proposals.ts'
import { loadProtectionSwitches } from '../protection/proposals.ts'
import type { PromotionEntry } from '../summaries.ts'
import { tellRecoveries } from './recoveries-told.ts'

export type BiographyKind =
  | 'release'
  | 'recovery'
  | 'hotfix'
  | 'emergency'
  | 'baseline'
  | 'tweak'
  | 'incident'
  | 'restore-point'
  | 'rehearsal'
  | 'restore'
  | 'repair'
  | 'hold'
  | 'protection'

/** Something that happened to an environment (PET-15). */
export interface BiographyEntry {
  readonly id: string
  readonly at: Instant
  readonly kind: BiographyKind
  readonly text: string
  /** Whoever had it done or said it, and those who approved it. */
  readonly by: readonly PersonId[]
  readonly approvedBy?: readonly PersonId[]
  readonly promotionId?: PromotionId
  /** Of a restore point or a tweak: when it ends, or ended. */
  readonly expiresAt?: Instant
  readonly isExpired?: boolean
  /** It went wrong. */
  readonly isFailure?: boolean
}

/** Whose an environment is, and what happened to it, newest first. */
export interface Biography {
  readonly environment: Environment
  readonly entries: readonly BiographyEntry[]
  /** Names the next page; absent when there is none. What happens meanwhile moves nothing. */
  readonly next?: string
}

export interface BiographyAsked {
  readonly environmentId: EnvironmentId
  readonly limit: number
  /** `next` of the page before. */
  readonly before?: string | undefined
}

/** An entry without what only a promotion's own document says. */
interface Dated {
  readonly at: Instant
  readonly id: string
  readonly entry: BiographyEntry | undefined
}

export async function loadBiography(
  deps: Pick<EngineDependencies, 'ledger' | 'readModel' | 'clock'>,
  asked: BiographyAsked,
): Promise<Result<Biography>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const found = findEnvironment(current.value.configuration, asked.environmentId)
  if (!found.ok) return found
  const before = asked.before === undefined ? undefined : readCursor(asked.before)
  if (before === null) return refuse('request.invalid', `"${asked.before ?? ''}" names no page.`, 'Give the `next` of the page before.')
  const lane = laneOf(found.value)
  const record = await deps.readModel.load<EnvironmentRecord>('environment', lane)
  const switches = await loadProtectionSwitches(deps, lane)
  const recoveries = await tellRecoveries(deps, found.value)
  const all = [
    ...(await listPromotions(deps, lane)),
    ...[...ofRecord(record, deps.clock.now()), ...switches.map(ofSwitch), ...recoveries].map((entry) => ({
      at: entry.at,
      id: entry.id,
      entry,
    })),
  ].sort(newestFirst)
  const older = before === undefined ? all : all.filter((one) => newestFirst(before, one) < 0)
  const page = older.slice(0, asked.limit)
  const last = page.at(-1)
  const next = older.length > page.length && last !== undefined ? { next: `${last.at}~${last.id}` } : {}
  return accept({ environment: found.value, entries: await complete(deps, page), ...next })
}

function newestFirst(a: Pick<Dated, 'at' | 'id'>, b: Pick<Dated, 'at' | 'id'>): number {
  return b.at.localeCompare(a.at) || b.id.localeCompare(a.id)
}

function readCursor(text: string): Pick<Dated, 'at' | 'id'> | null {
  const parted = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)~(.+)$/.exec(text)
  return parted === null ? null : { at: toId<Instant>(parted[1] ?? ''), id: parted[2] ?? '' }
}

/** Those that changed what is there, or tried to. */
const told = ['succeeded', 'failed', 'errored', 'indeterminate', 'migrating', 'running']

async function listPromotions(deps: Pick<EngineDependencies, 'readModel'>, lane: string): Promise<readonly Dated[]> {
  const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { lane, state: told } })
  return rows.map(({ promotionId, deployedAt, requestedAt }) => ({ at: deployedAt ?? requestedAt, id: promotionId, entry: undefined }))
}

/** Reads the documents of the promotions on this page. */
async function complete(deps: Pick<EngineDependencies, 'readModel'>, page: readonly Dated[]): Promise<readonly BiographyEntry[]> {
  const ids = page.filter(({ entry }) => entry === undefined).map(({ id }) => id)
  const promotions = ids.length === 0 ? [] : await deps.readModel.list<Promotion>('promotion', { ids })
  const byId = new Map(promotions.map((promotion) => [String(promotion.request.promotionId), promotion]))
  return page.flatMap(({ id, at, entry }) => {
    const promotion = byId.get(id)
    if (entry !== undefined) return [entry]
    return promotion === undefined ? [] : [ofPromotion(promotion, at)]
  })
}

function ofPromotion(promotion: Promotion, at: Instant): BiographyEntry {
  const { request, status, decisions } = promotion
  const { intent, promotionId, solution, version, requestedBy } = request
  const kind = intent?.kind ?? 'release'
  const why = intent === undefined || intent.kind === 'release' ? '' : ` (${intent.kind}: ${intent.reason})`
  const train = request.train === undefined ? '' : `, with train ${request.train.trainId}`
  const from = request.plan.fromVersion === undefined ? '' : ` from ${request.plan.fromVersion}`
  const approvers = new Set(decisions.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by))
  return {
    ...{ id: promotionId, at, kind, promotionId },
    text: `${solution} ${version}${from} ${stateWords[status.state] ?? status.state}${why}${train}.`,
    by: [requestedBy],
    approvedBy: [...approvers],
    isFailure: ['failed', 'errored', 'indeterminate'].includes(status.state),
  }
}

const stateWords: Readonly<Record<string, string>> = {
  succeeded: 'went in',
  failed: 'failed',
  errored: 'broke off',
  indeterminate: 'has an end that nobody can tell',
  migrating: 'is staged, and its data is being moved',
  running: 'is going in',
}

function ofRecord(record: EnvironmentRecord | undefined, now: Instant): readonly BiographyEntry[] {
  if (record === undefined) return []
  return [
    ...ofBaseline(record),
    ...ofTweaks(record),
    ...(record.incidents ?? []).map(
      ({ id, at, by, text }): BiographyEntry => ({ id, at, kind: 'incident', text, by: [by], isFailure: true }),
    ),
    ...ofRestorePoints(record, now),
    ...ofRehearsals(record),
    ...ofHolds(record),
  ]
}

function ofBaseline({ baseline }: EnvironmentRecord): BiographyEntry[] {
  if (baseline === undefined) return []
  const { acceptedAt, acceptedBy, comment } = baseline
  return [{ id: `baseline-${acceptedAt}`, at: acceptedAt, kind: 'baseline', text: `Its state is known good: ${comment}`, by: [acceptedBy] }]
}

function ofTweaks({ tweaks }: EnvironmentRecord): BiographyEntry[] {
  return tweaks.flatMap((tweak): BiographyEntry[] => {
    const { id, acceptedAt, acceptedBy, expiresAt, endedAt, endedWhy, name, reason } = tweak
    const began: BiographyEntry = {
      ...{ id: `tweak-${id}`, at: acceptedAt, kind: 'tweak', by: [acceptedBy], expiresAt },
      text: `Tweak of ${name}: ${reason}`,
      isExpired: endedAt !== undefined,
    }
    if (endedAt === undefined) return [began]
    return [began, { id: `tweak-${id}-ended`, at: endedAt, kind: 'tweak', text: `Tweak of ${name} ended: ${endedWhy ?? ''}`, by: [] }]
  })
}

function ofRestorePoints({ restorePoints = [] }: EnvironmentRecord, now: Instant): BiographyEntry[] {
  return restorePoints.map((point) => ({
    ...{ id: `restore-point-${point.id}`, at: point.recordedAt, kind: 'restore-point', by: [] },
    text: `A time stamp was taken (${point.why}): restoring it rewinds everybody's rows since ${point.rewindsTo.slice(0, 16).replace('T', ' ')} UTC.`,
    expiresAt: point.expiresAt,
    isExpired: isExpired(point, now),
    ...(point.promotionId === undefined ? {} : { promotionId: toId<PromotionId>(point.promotionId) }),
  }))
}

function ofRehearsals({ rehearsals = [] }: EnvironmentRecord): BiographyEntry[] {
  return rehearsals.map(({ id, finishedAt, by, solution, way, sandboxId, environmentId, durationMs, outcome }) => ({
    ...{ id: `rehearsal-${id}`, at: finishedAt, kind: 'rehearsal', by: [by] },
    text: `The way back "${way}" of ${solution} was gone ${sandboxId === environmentId ? 'in earnest' : `on ${sandboxId}`} in ${Math.round(durationMs / 1000)} s and ${outcome}.`,
    isFailure: outcome === 'failed',
  }))
}

function ofHolds({ holds = [] }: EnvironmentRecord): BiographyEntry[] {
  return holds.flatMap(({ solution, promotionId, reason, since, resumed }): BiographyEntry[] => {
    const promotion = { promotionId: toId<PromotionId>(promotionId) }
    const id = `hold-${promotionId}-${since}`
    const held: BiographyEntry = {
      id,
      at: since,
      kind: 'hold',
      text: `${solution} is held: ${reason}`,
      by: [],
      isFailure: true,
      ...promotion,
    }
    if (resumed === undefined) return [held]
    const { at, by } = resumed
    return [held, { id: `${id}-resumed`, at, kind: 'hold', text: `${solution} is taken again: ${resumed.reason}`, by: [by], ...promotion }]
  })
}

function ofSwitch({ id, at, isOn, reason, by }: ProtectionSwitch): BiographyEntry {
  const what = isOn ? 'Unmanaged changes are blocked' : 'Unmanaged changes are allowed again'
  return { id: `protection-${id}`, at, kind: 'protection', text: `${what}: ${reason}`, by }
}

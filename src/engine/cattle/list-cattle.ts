import type { EnvironmentId, Instant } from '#domain/kernel'
import type { CattleRecord, EndOfCattle, HumanStep, RebuildRecord } from '#domain/rebuild'
import { describeRebuildAge, unknownCattle } from '#domain/rebuild'
import { loadConfiguration, loadPolicy } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { endOf } from './end-cattle.ts'

export interface OpenRebuildView {
  readonly id: string
  readonly state: Exclude<RebuildRecord['status']['state'], 'done'>
  readonly note: string
  readonly steps: readonly HumanStep[]
}

/** How one disposable environment stands. */
export interface CattleView {
  readonly environmentId: EnvironmentId
  readonly end: EndOfCattle
  /** When that end was announced; undefined while it was not. */
  readonly warnedAt: Instant | undefined
  readonly lastRebuiltAt: Instant | undefined
  /** The newest rebuild, unless it is done: why it does not go on, or what it did last, and what it waits for. */
  readonly rebuild: OpenRebuildView | undefined
  /** What is to be said of its last rebuild (PET-03); undefined: nothing. */
  readonly rebuildNote: string | undefined
  readonly creation: Pick<NonNullable<CattleRecord['creation']>, 'state' | 'note' | 'by' | 'at'> | undefined
  readonly removal: Pick<NonNullable<CattleRecord['removal']>, 'state' | 'note' | 'why' | 'at'> | undefined
}

/** Those of the configuration, and those that are being made or were removed by Drover. */
export async function listCattle(deps: EngineDependencies): Promise<readonly CattleView[]> {
  const configured = (await loadConfiguration(deps))?.configuration.environments ?? []
  const records = await deps.readModel.list<CattleRecord>('cattle')
  const cattle = configured.filter(({ careClass }) => careClass === 'cattle')
  const others = records.filter(({ environmentId, creation, removal }) => {
    const isKnown = configured.some(({ id }) => id === environmentId)
    return !isKnown && (creation !== undefined || removal !== undefined)
  })
  const { care } = await loadPolicy(deps)
  const rebuilds = await deps.readModel.list<RebuildRecord>('rebuild', { ids: records.flatMap(({ ordered }) => ordered ?? []) })
  const rebuildOf = (environmentId: EnvironmentId) => openView(rebuilds.find((one) => one.environmentId === environmentId))
  const clock = { now: deps.clock.now(), days: care.rebuildDays.value }
  return [
    ...cattle.map((environment): CattleView => {
      const record = records.find(({ environmentId }) => environmentId === environment.id)
      const known = record ?? unknownCattle(environment.id)
      const end = endOf({ ...clock, care }, environment, known)
      return {
        ...lifeOf(known),
        end,
        warnedAt: end.state !== 'none' && known.announced?.endsAt === end.endsAt ? known.announced.at : undefined,
        rebuild: rebuildOf(environment.id),
        rebuildNote: describeRebuildAge({ environment, record }, clock),
      }
    }),
    ...others.map(
      (record): CattleView => ({
        ...lifeOf(record),
        ...{ end: { state: 'none' }, warnedAt: undefined, rebuild: undefined, rebuildNote: undefined },
      }),
    ),
  ]
}

function lifeOf({
  environmentId,
  lastRebuilt,
  creation,
  removal,
}: CattleRecord): Omit<CattleView, 'end' | 'warnedAt' | 'rebuild' | 'rebuildNote'> {
  return {
    environmentId,
    lastRebuiltAt: lastRebuilt?.at,
    creation: creation && { state: creation.state, note: creation.note, by: creation.by, at: creation.at },
    removal: removal && { state: removal.state, note: removal.note, why: removal.why, at: removal.at },
  }
}

function openView(record: RebuildRecord | undefined): OpenRebuildView | undefined {
  if (record === undefined || record.status.state === 'done') return undefined
  const { id, status, steps } = record
  return {
    id,
    state: status.state,
    note: noteOf(status) ?? steps.at(-1)?.note ?? '',
    steps: status.state === 'waiting' ? status.steps : [],
  }
}

function noteOf(status: RebuildRecord['status']): string | undefined {
  if (status.state === 'failed') return status.refusal.message
  return status.state === 'errored' || status.state === 'indeterminate' ? status.message : undefined
}

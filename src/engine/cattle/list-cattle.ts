import type { EnvironmentId, Instant } from '#domain/kernel'
import type { CattleRecord, EndOfCattle } from '#domain/rebuild'
import { describeRebuildAge, unknownCattle } from '#domain/rebuild'
import { loadConfiguration, loadPolicy } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { endOf } from './end-cattle.ts'

/** How one disposable environment stands. */
export interface CattleView {
  readonly environmentId: EnvironmentId
  readonly end: EndOfCattle
  readonly lastRebuiltAt: Instant | undefined
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
  const clock = { now: deps.clock.now(), days: care.rebuildDays.value }
  return [
    ...cattle.map((environment): CattleView => {
      const record = records.find(({ environmentId }) => environmentId === environment.id)
      const known = record ?? unknownCattle(environment.id)
      return {
        ...lifeOf(known),
        end: endOf({ ...clock, care }, environment, known),
        rebuildNote: describeRebuildAge({ environment, record }, clock),
      }
    }),
    ...others.map((record): CattleView => ({ ...lifeOf(record), end: { state: 'none' }, rebuildNote: undefined })),
  ]
}

function lifeOf({ environmentId, lastRebuilt, creation, removal }: CattleRecord): Omit<CattleView, 'end' | 'rebuildNote'> {
  return {
    environmentId,
    lastRebuiltAt: lastRebuilt?.at,
    creation: creation && { state: creation.state, note: creation.note, by: creation.by, at: creation.at },
    removal: removal && { state: removal.state, note: removal.note, why: removal.why, at: removal.at },
  }
}

import type { Hotfix } from '#domain/hotfix'
import type { PromotionId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Train } from '#domain/train'
import { loadWritten } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'

/** Which environments and solutions a call acts on. */
export interface Places {
  readonly environments: readonly string[]
  readonly solutions: readonly string[]
}

/** By which calls name environments: what they act on, and what they take from or leave in another. */
const environmentKeys = ['environmentId', 'sourceId', 'sandboxId', 'dev', 'test']

/** From what a call names, directly or by the id of a promotion, release, stage, train or hotfix; what is unknown names nothing. */
export async function placesOf(deps: Pick<EngineDependencies, 'readModel'>, named: Readonly<Record<string, unknown>>): Promise<Places> {
  const text = (key: string): string | undefined => (typeof named[key] === 'string' ? named[key] : undefined)
  const found: { environment?: string | undefined; solution?: string | undefined }[] = [
    { solution: text('solution') },
    ...environmentKeys.map((key) => ({ environment: text(key) })),
  ]
  const several = Array.isArray(named['promotionIds']) ? named['promotionIds'].map(String) : []
  for (const promotionId of [...several, text('promotionId')]) {
    if (promotionId === undefined) continue
    const promotion = await deps.readModel.load<Promotion>('promotion', toId<PromotionId>(promotionId))
    found.push({ environment: promotion?.request.environmentId, solution: promotion?.request.solution })
  }
  const releaseId = text('releaseId')
  if (releaseId !== undefined)
    found.push({ solution: (await deps.readModel.load<Release>('release', toId<ReleaseId>(releaseId)))?.solution })
  const releaseIds = Array.isArray(named['releaseIds']) ? named['releaseIds'].map(String) : []
  for (const id of releaseIds) found.push({ solution: (await deps.readModel.load<Release>('release', toId<ReleaseId>(id)))?.solution })
  const trainId = text('trainId')
  if (trainId !== undefined) {
    const train = await deps.readModel.load<Train>('train', trainId)
    found.push(...(train?.members ?? []).map(({ solution }) => ({ environment: train?.environmentId, solution })))
  }
  const hotfixId = text('hotfixId')
  if (hotfixId !== undefined) {
    const hotfix = await deps.readModel.load<Hotfix>('hotfix', hotfixId)
    found.push({ environment: hotfix?.production.environmentId, solution: hotfix?.solution })
  }
  const stageId = text('stageId')
  if (stageId !== undefined) {
    const pipelines = (await loadWritten(deps))?.configuration.pipelines ?? []
    const stages = pipelines.flatMap((pipeline) => pipeline.stages).filter((stage) => stage.id === stageId)
    found.push(...stages.map((stage) => ({ environment: stage.environment })))
  }
  return { environments: distinct(found.map(({ environment }) => environment)), solutions: distinct(found.map(({ solution }) => solution)) }
}

function distinct(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))]
}

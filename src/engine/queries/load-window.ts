import type { Policy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { PromotionRequest, UsualDuration, WindowRules } from '#domain/promotion'
import { medianOf, windowRules } from '#domain/promotion'
import type { ReadModel } from '#engine/ports'
import { loadWritten } from '../apply-configuration.ts'
import type { PromotionEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

type Reads = { readonly readModel: ReadModel; readonly policy: Policy }
type Asked = Pick<PromotionRequest, 'pipelineId' | 'stageId' | 'solution'>

/** When the stage of a promotion takes it, by the configuration in force; undefined: at all times. */
export async function loadWindow(deps: Reads, asked: Asked): Promise<WindowRules | undefined> {
  const configuration = (await loadWritten(deps))?.configuration
  const pipeline = configuration?.pipelines.find(({ id }) => id === asked.pipelineId)
  const stage = pipeline?.stages.find(({ id }) => id === asked.stageId)
  if (configuration === undefined || stage === undefined) return undefined
  const policy = applyOverride(deps.policy, configuration.policy)
  const rules = windowRules(stage, { configuration, policy })
  if (rules === undefined) return undefined
  return { ...rules, usual: await loadUsualDuration(deps, asked, policy.changes.usualOfAttempts.value) }
}

/** How long attempts took that brought this solution into this stage; where none has yet, those of other solutions. */
async function loadUsualDuration(
  deps: Reads,
  { pipelineId, stageId, solution }: Asked,
  newest: number,
): Promise<UsualDuration | undefined> {
  const stage = { pipelineId, stageId, state: 'succeeded' }
  for (const where of [{ ...stage, solutionKey: solutionKey(solution) }, stage]) {
    const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion', { where, limit: newest })
    const usual = medianOf(rows.flatMap(({ tookMs }) => (tookMs === undefined ? [] : [Number(tookMs)])))
    if (usual !== undefined) return usual
  }
  return undefined
}

import type { Digest } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Rehearsal, RunningDrover } from './product.ts'
import {
  createRehearsal,
  governed,
  granted,
  loadMaterial,
  localConfiguration,
  prepareEnvironments,
  toConfigurationFile,
  until,
} from './product.ts'

/** Our sample, governed at a tier and imported into Dev, on a running stack; `versioning: raise`, so that each release is a new version. */
export async function rehearseSample(
  drover: RunningDrover,
  tier: 1 | 2 | 3 | 4 = 2,
  change: (configuration: Configuration) => Configuration = (configuration) => configuration,
): Promise<Rehearsal> {
  const material = await loadMaterial(undefined)
  if (!material.ok) throw new Error(material.refusal.message)
  const run = createRehearsal({ drover, material: material.value, tier, say: () => undefined })
  const solutions = [{ ...governed(material.value, tier), versioning: 'raise' as const }]
  const configuration = change(localConfiguration({ platformUrl: drover.platformUrl, solutions }))
  granted(await (await run.as('pat')).applyConfiguration({ configuration: toConfigurationFile(configuration) }))
  await prepareEnvironments(run)
  return run
}

/** Applies a configuration as Pat, and where that takes a second person, confirms it as Paul. */
export async function applyByTwo(run: Rehearsal, configuration: Configuration): Promise<void> {
  const reply = await (await run.as('pat')).applyConfiguration({ configuration: toConfigurationFile(configuration) })
  const digest = reply.ok ? undefined : reply.refusal.reasons.find((reason) => reason.subject === 'proposal')?.message
  if (digest === undefined) granted(reply)
  else granted(await (await run.as('paul')).confirmConfiguration({ digest: toId<Digest>(digest) }))
}

/** The state that a promotion ends in, or is held in. */
export async function awaitEnd(
  run: Rehearsal,
  promotionId: Parameters<Awaited<ReturnType<Rehearsal['as']>>['loadPromotion']>[0]['promotionId'],
) {
  const ada = await run.as('ada')
  const isEnded = (state: string) => !['pending', 'running'].includes(state)
  return until(
    async () => granted(await ada.loadPromotion({ promotionId })),
    (view) => isEnded(view.promotion.status.state),
  )
}

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
export async function rehearseSample(drover: RunningDrover, tier: 1 | 2 | 3 | 4 = 2): Promise<Rehearsal> {
  const material = await loadMaterial(undefined)
  if (!material.ok) throw new Error(material.refusal.message)
  const run = createRehearsal({ drover, material: material.value, tier, say: () => undefined })
  const solutions = [{ ...governed(material.value, tier), versioning: 'raise' as const }]
  const configuration = localConfiguration({ platformUrl: drover.platformUrl, solutions })
  granted(await (await run.as('pat')).applyConfiguration({ configuration: toConfigurationFile(configuration) }))
  await prepareEnvironments(run)
  return run
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
    60_000,
  )
}

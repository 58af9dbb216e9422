import type { GovernedSolution } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import { personId, productionStage, standardPipeline, strictPipeline, testStage } from '../local-configuration.ts'
import { generateSettings } from './generated-settings.ts'
import type { Material } from './material.ts'

/** How the demo governs a solution that nobody has configured: owned by its maker, as strictly as the tier asks, with generated settings. */
export function governed(material: Material, tier: Tier): GovernedSolution {
  return {
    uniqueName: material.model.manifest.uniqueName,
    owner: personId('ada'),
    tier,
    pipeline: tier <= 2 ? standardPipeline : strictPipeline,
    versioning: 'keep',
    monitoring: { url: 'https://monitor.example/rehearsal', contact: 'ada' },
    settings: { [testStage]: generateSettings(material.model, 'test'), [productionStage]: generateSettings(material.model, 'prod') },
  }
}

import type { Result, StageId } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { HotfixOfRelease } from '#domain/release'
import type { Pipeline } from './pipeline.ts'

/** The stage that a hotfix passes before production; settings of solutions may name it, or else it has those of the stage before production. */
export const hotfixStage = toId<StageId>('hotfix-test')

/**
 * The way of a release: the pipeline itself, or, of a hotfix, that pipeline as far as production needs it: from the hotfix's own Dev over its
 * own Test into the very stage of production, with that stage's gates and people as they are in force.
 */
export function wayOfRelease(pipeline: Pipeline, { hotfix }: { readonly hotfix?: HotfixOfRelease | undefined }): Result<Pipeline> {
  if (hotfix === undefined) return accept(pipeline)
  const at = pipeline.stages.findIndex((stage) => stage.id === hotfix.stageId)
  const production = pipeline.stages[at]
  if (production === undefined) {
    return refuse(
      'stage.unknown',
      `The pipeline "${pipeline.id}" has no stage "${hotfix.stageId}" any more, which hotfix ${hotfix.hotfixId} was made for.`,
      'Abandon the hotfix, and start one for a stage that the pipeline has.',
    )
  }
  const before = pipeline.stages[at - 1]
  return accept({
    id: pipeline.id,
    name: `${pipeline.name}, hotfix ${hotfix.hotfixId}`,
    source: hotfix.source,
    stages: [
      {
        id: hotfixStage,
        name: 'Hotfix test',
        environment: hotfix.test,
        gates: [],
        ...(before === undefined ? {} : { settingsOf: before.id }),
      },
      production,
    ],
  })
}

import type { AttemptId, Refusal } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration, Stage } from '#domain/pipeline'
import type { Release } from '#domain/release'
import { isSameName } from '#domain/settings'
import type { DurableContext } from '#engine/ports'
import { planPromotion } from '../plan-promotion.ts'
import type { BringingRun } from '../promotion/run.ts'
import { grantAccess } from '../steps/grant-access.ts'
import { loadData } from '../steps/load-data.ts'
import type { RebuildRun } from './rebuild-run.ts'
import { putRun } from './rebuild-run.ts'

export type SettingsEnd = { readonly end: 'done'; readonly note: string } | { readonly end: 'failed'; readonly refusal: Refusal }

/** What a release brings beside its package, as a promotion into the stage would: configuration data, and access as the stage declares it. */
export async function bringSettings(
  run: RebuildRun,
  of: { readonly release: Release; readonly stage: Stage; readonly configuration: Configuration },
): Promise<SettingsEnd> {
  const { release, stage, configuration } = of
  const { solution, version, id: releaseId } = release
  const planned = await run.ctx.step(`plan-settings-${solution}`, async () => {
    const { plan } = await planPromotion(run.deps, { release, stage, configuration, isNew: true })
    const { mode, data, access } = plan
    return { mode, ...(data === undefined ? {} : { data }), ...(access === undefined ? {} : { access }) }
  })
  const bringing: BringingRun = {
    ...{ deps: run.deps, ctx: named(run.ctx, solution), environment: run.environment, target: putRun(run).target },
    ...{ release, stage, configuration, promotionId: undefined, checkLease: () => run.checkLease() },
    attemptId: toId<AttemptId>(`${run.rebuild.id}-${run.run}`),
    request: {
      solution,
      version,
      releaseId,
      tier: configuration.solutions.find(({ uniqueName }) => isSameName(uniqueName, solution))?.tier ?? 4,
      plan: planned,
    },
  }
  const notes: string[] = []
  if (planned.data !== undefined) {
    const loaded = await loadData(bringing)
    if (loaded.end === 'failed') return loaded
    if (loaded.end === 'done') notes.push(loaded.note)
  }
  if (planned.access !== undefined) {
    const given = await grantAccess(bringing)
    if (given.end === 'failed') return given
    if (given.end === 'done') notes.push(given.note)
  }
  return { end: 'done', note: notes.map((note) => ` ${note}`).join('') }
}

/** Steps of one solution, or of one filling, are told from those of another. */
export function named(ctx: DurableContext, solution: string): DurableContext {
  return { ...ctx, step: (name, fn) => ctx.step(`${name}-${solution}`, fn) }
}
